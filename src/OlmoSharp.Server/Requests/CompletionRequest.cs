using OlmoSharp.Inference.Generation;
using OlmoSharp.Server.Errors;
using OlmoSharp.Server.Hosting;

namespace OlmoSharp.Server.Requests;

/// <summary>A request of <c>/v1/completions</c>.</summary>
/// <param name="Prompts">What to continue.</param>
/// <param name="Options">How, but for the most tokens of a prompt.</param>
/// <param name="Echo">Whether the answer begins with the prompt.</param>
/// <param name="Stream">Whether it is streamed.</param>
internal sealed record CompletionRequest(IReadOnlyList<Prompt> Prompts, GenerationOptions Options, bool Echo, StreamParameters Stream)
{
    /// <summary>Most texts of a request.</summary>
    public const int MostTexts = 256;

    /// <summary>Most tokens where the request does not say.</summary>
    public const int DefaultTokens = 16;

    private const int MostLogProbabilities = 20;

    /// <summary>Reads a request.</summary>
    /// <exception cref="ApiException">A parameter is wrong.</exception>
    public static CompletionRequest Read(Parameters body, ServedModel model)
    {
        model.CheckName(body, isRequired: true);
        UnsupportedParameters.CheckCompletion(body);
        var samples = (int)(body.Integer("n", 1, SampleCount.Most) ?? 1);
        if (body.Integer("best_of", 1, SampleCount.Most) is { } best && best != samples)
        {
            throw ApiException.Unsupported("best_of", "texts are not ranked; ask for 'n' texts with 'logprobs' and choose");
        }

        var prompts = body.Find("prompt") is { } prompt
            ? PromptParameter.Read(prompt, body.NameOf("prompt"), MostTexts, model)
            : [new("prompt", model.Encode(""), "")];
        if (prompts.Count * samples > MostTexts)
        {
            throw ApiException.Invalid("n", $"Invalid 'n': {prompts.Count} prompts with {samples} texts each are more than the {MostTexts} texts of a request.", "integer_above_max_value");
        }

        var asked = body.Integer("max_tokens", 0, int.MaxValue);
        foreach (var item in prompts)
        {
            model.CheckRoom(item.Param, item.Ids.Length, asked);
        }

        return new(
            prompts,
            new GenerationOptions
            {
                MaximumTokens = (int)(asked ?? DefaultTokens),
                Sampling = SamplingParameters.Read(body, model.Tokenizer.VocabularySize),
                Samples = samples,
                StopStrings = StopStrings.Read(body),
                StopIds = StopTokens.Read(body, model),
                LogProbabilities = (int?)body.Integer("logprobs", 0, MostLogProbabilities),
                Constraint = ConstraintParameters.Read(body, model),
            },
            body.Flag("echo"),
            StreamParameters.Read(body));
    }
}
