namespace OlmoSharp.Evaluation.Runs;

/// <summary>A metric over a task.</summary>
/// <param name="Mean">Its mean.</param>
/// <param name="StandardError">The mean's standard error, the documents being a sample of those that could have been asked; null where there is one document.</param>
/// <param name="Count">How many documents it is the mean of.</param>
public sealed record MetricScore(double Mean, double? StandardError, int Count);
