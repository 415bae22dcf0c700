using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Runs;

/// <summary>A model's score in a suite.</summary>
/// <param name="Name">The suite.</param>
/// <param name="Aggregate">How the members' scores became one.</param>
/// <param name="Score">The score; null for a suite that only lists its members.</param>
/// <param name="Members">The tasks and suites that it is made of; of a suite that takes the greatest, the one that was taken comes first.</param>
public sealed record SuiteResult(string Name, Aggregate Aggregate, MetricScore? Score, IReadOnlyList<string> Members);
