using OlmoSharp.Evaluation.Runs;

namespace OlmoSharp.Evaluation.Comparison;

/// <summary>A model's score in a row of a comparison.</summary>
/// <param name="Score">The score; null where the model was not asked.</param>
/// <param name="Difference">Beside the first model; null for that itself, for suites, and where the documents or the task differ.</param>
public sealed record ComparedScore(MetricScore? Score, TaskDifference? Difference);
