using OlmoSharp.Inference.Generation;

namespace OlmoSharp.Evaluation.Calmqa.Generation;

/// <summary>A model of this machine, asked by itself: temperature 0.</summary>
/// <param name="generator">The model; it is disposed with this.</param>
/// <param name="modelId">What to call it.</param>
public sealed class ModelAnswerer(TextGenerator generator, string modelId) : IAnswerer
{
    /// <inheritdoc/>
    public string ModelId => modelId;

    /// <inheritdoc/>
    public int AtOnce => 1;

    /// <inheritdoc/>
    public Task<AnswerText> AnswerAsync(string prompt, int maximumTokens, CancellationToken cancellation) => Task.Run(
        () =>
        {
            var result = generator.Complete(generator.Encode(prompt), new() { MaximumTokens = maximumTokens, Sampling = new() { Temperature = 0, TopP = 1 } }, cancellation)[0];
            return new AnswerText(result.Text, result.Finish == FinishReason.Length ? "length" : "stop", result.Ids.Count);
        },
        cancellation);

    /// <inheritdoc/>
    public void Dispose() => generator.Dispose();
}
