using OlmoSharp.Inference.Sampling;

namespace OlmoSharp.Inference.Generation;

/// <summary>A generated text.</summary>
/// <param name="Text">The text, without the prompt, up to the end or the stop string.</param>
/// <param name="Ids">Every token that was generated, those of a stop string too, but not the one that ended the text.</param>
/// <param name="LogProbabilities">Of each token; null where they were not asked for.</param>
/// <param name="Finish">Why it ended.</param>
public sealed record GenerationResult(string Text, IReadOnlyList<int> Ids, IReadOnlyList<ChosenLogProbabilities>? LogProbabilities, FinishReason Finish)
{
    /// <summary>The texts that steps make, in the order of their numbers.</summary>
    internal static IReadOnlyList<GenerationResult> Collect(IEnumerable<GenerationStep> steps, GenerationOptions options) =>
    [
        .. steps.GroupBy(step => step.Sample).OrderBy(sample => sample.Key).Select(sample => new GenerationResult(
            string.Concat(sample.Select(step => step.Text)),
            [.. sample.Select(step => step.Id).OfType<int>()],
            options.LogProbabilities is null ? null : [.. sample.Select(step => step.LogProbabilities).OfType<ChosenLogProbabilities>()],
            sample.Last().Finish!.Value)),
    ];
}
