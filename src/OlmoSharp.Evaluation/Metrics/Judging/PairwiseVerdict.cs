namespace OlmoSharp.Evaluation.Metrics.Judging;

/// <summary>A judge's preference between a model's answer and a reference model's.</summary>
/// <param name="Preference">The chance that the model's answer is the better one, from 0 to 1; null if the judge gave no verdict that can be read.</param>
/// <param name="Answers">What the judge wrote, in the order asked.</param>
internal sealed record PairwiseVerdict(double? Preference, IReadOnlyList<string> Answers);
