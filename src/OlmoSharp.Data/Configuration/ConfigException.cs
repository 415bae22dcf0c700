namespace OlmoSharp.Data.Configuration;

/// <summary>A config that cannot be used. Its message lists every problem found, one on each line.</summary>
/// <param name="source">The file's path or the text's name.</param>
/// <param name="problems">Everything that is wrong, at least one thing.</param>
public sealed class ConfigException(string source, IReadOnlyList<ConfigProblem> problems) : Exception(Describe(source, problems))
{
    /// <summary>Everything that is wrong, in the order found.</summary>
    public IReadOnlyList<ConfigProblem> Problems { get; } = problems;

    private static string Describe(string source, IReadOnlyList<ConfigProblem> problems) =>
        problems.Count == 1 ? problems[0].ToString() : $"{source} has {problems.Count} problems:\n  {string.Join("\n  ", problems)}";
}
