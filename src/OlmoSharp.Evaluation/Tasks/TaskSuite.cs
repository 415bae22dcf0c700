namespace OlmoSharp.Evaluation.Tasks;

/// <summary>Several tasks, or suites of them, with one score.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Members">Names of tasks and suites.</param>
/// <param name="Aggregate">How their scores become one.</param>
public sealed record TaskSuite(string Name, IReadOnlyList<string> Members, Aggregate Aggregate);
