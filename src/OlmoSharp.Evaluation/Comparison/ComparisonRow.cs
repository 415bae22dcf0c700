namespace OlmoSharp.Evaluation.Comparison;

/// <summary>A task or suite in a comparison.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Metric">The metric; null for a suite.</param>
/// <param name="Chance">What guessing scores; null where that is not defined.</param>
/// <param name="Documents">How many documents; of a suite, all.</param>
/// <param name="Scores">A score for each model.</param>
/// <param name="Published">Scores that others published, by the models' names.</param>
public sealed record ComparisonRow(string Name, string? Metric, double? Chance, int Documents, IReadOnlyList<ComparedScore> Scores, IReadOnlyList<PublishedScore> Published);
