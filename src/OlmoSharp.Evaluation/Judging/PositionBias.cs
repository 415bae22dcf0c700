using OlmoSharp.Evaluation.Runs;

namespace OlmoSharp.Evaluation.Judging;

/// <summary>Whether a judge prefers a place.</summary>
/// <param name="FirstPreferred">How often the answer that stands first is preferred; 0.5 for a judge that does not mind.</param>
/// <param name="Consistent">The share of documents on which both orders give the same verdict; null where each was asked once.</param>
public sealed record PositionBias(MetricScore FirstPreferred, double? Consistent);
