using OlmoSharp.Inference.Generation;
using OlmoSharp.Server.Errors;
using OlmoSharp.Server.Hosting;

namespace OlmoSharp.Server.Requests;

/// <summary>A request of <c>/v1/chat/completions</c>.</summary>
/// <param name="Prompt">The conversation as the model's chat template writes it.</param>
/// <param name="Options">How to answer.</param>
/// <param name="Stream">Whether the answer is streamed.</param>
internal sealed record ChatRequest(Prompt Prompt, GenerationOptions Options, StreamParameters Stream)
{
    private const int MostTopLogProbabilities = 20;

    /// <summary>Reads a request.</summary>
    /// <exception cref="ApiException">A parameter is wrong.</exception>
    public static ChatRequest Read(Parameters body, ServedModel model)
    {
        model.CheckName(body, isRequired: true);
        UnsupportedParameters.CheckChat(body);
        var prompt = new Prompt("messages", model.Encode(MessagesParameter.Read(body)), null);
        var (completion, old) = (body.Integer("max_completion_tokens", 1, int.MaxValue), body.Integer("max_tokens", 1, int.MaxValue));
        if (completion is not null && old is not null && completion != old)
        {
            throw ApiException.Invalid("max_tokens", "'max_tokens' and 'max_completion_tokens' are two names of one limit; give one.");
        }

        // Here the limit is an upper bound, which the context may cut.
        var room = model.CheckRoom(prompt.Param, prompt.Ids.Length, null);
        return new(
            prompt,
            new GenerationOptions
            {
                MaximumTokens = (int)Math.Min(completion ?? old ?? room, room),
                Sampling = SamplingParameters.Read(body, model.Tokenizer.VocabularySize),
                Samples = (int)(body.Integer("n", 1, SampleCount.Most) ?? 1),
                StopStrings = [.. StopStrings.Read(body), .. model.TurnEnd.Strings],
                StopIds = [.. model.TurnEnd.Ids, .. StopTokens.Read(body, model)],
                LogProbabilities = LogProbabilities(body),
                Constraint = ConstraintParameters.Read(body, model),
            },
            StreamParameters.Read(body));
    }

    private static int? LogProbabilities(Parameters body)
    {
        const string key = "top_logprobs";
        var top = (int?)body.Integer(key, 0, MostTopLogProbabilities);
        return body.Flag("logprobs") ? top ?? 0
            : top is null ? null
            : throw ApiException.Invalid(key, $"The '{key}' parameter is only allowed when 'logprobs' is true.");
    }
}
