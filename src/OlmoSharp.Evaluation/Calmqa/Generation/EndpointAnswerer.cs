using OlmoSharp.Evaluation.Endpoints;

namespace OlmoSharp.Evaluation.Calmqa.Generation;

/// <summary>A model behind an OpenAI-compatible service: temperature 0.</summary>
/// <param name="options">The service.</param>
/// <param name="chat">Whether the prompt is sent as a user's message of a chat, as the published answers of chat models were made; else as a text to continue.</param>
/// <param name="atOnce">How many questions to ask at once.</param>
public sealed class EndpointAnswerer(EndpointOptions options, bool chat, int atOnce) : IAnswerer
{
    private readonly OpenAIEndpoint _endpoint = new(options);

    /// <inheritdoc/>
    public string ModelId => options.Model;

    /// <inheritdoc/>
    public string Fingerprint => $"{options.Address}\t{options.Model}\t{chat}";

    /// <inheritdoc/>
    public int AtOnce => atOnce;

    /// <inheritdoc/>
    public async Task<AnswerText> AnswerAsync(string prompt, int maximumTokens, CancellationToken cancellation)
    {
        var request = new EndpointRequest { MaximumTokens = maximumTokens };
        var answer = chat ? await _endpoint.ChatAsync([new("user", prompt)], request, cancellation) : await _endpoint.CompleteAsync(prompt, request, cancellation);
        return new(answer.Text, answer.FinishReason, answer.GeneratedTokens);
    }

    /// <inheritdoc/>
    public void Dispose() => _endpoint.Dispose();
}
