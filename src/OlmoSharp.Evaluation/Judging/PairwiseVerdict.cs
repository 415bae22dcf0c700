namespace OlmoSharp.Evaluation.Judging;

/// <summary>A judge's preference between a model's answer and a reference's.</summary>
/// <param name="Preference">The chance that the model's answer is the better one, from 0 to 1; null if a reply has no verdict that can be read.</param>
/// <param name="FirstPreferred">For each question, the preference for the answer that stood first; null if it cannot be read.</param>
/// <param name="Replies">What the judge wrote, in the order asked.</param>
internal sealed record PairwiseVerdict(double? Preference, IReadOnlyList<double?> FirstPreferred, IReadOnlyList<string> Replies);
