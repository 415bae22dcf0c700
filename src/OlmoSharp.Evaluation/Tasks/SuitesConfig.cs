namespace OlmoSharp.Evaluation.Tasks;

/// <summary>The file <c>suites.yaml</c>.</summary>
internal sealed record SuitesConfig
{
    /// <summary>The suites by name.</summary>
    public IReadOnlyDictionary<string, SuiteConfig> Suites { get; init; } = new Dictionary<string, SuiteConfig>();

    /// <summary>A suite.</summary>
    /// <param name="Tasks">Its members.</param>
    /// <param name="Aggregate">How their scores become one.</param>
    public sealed record SuiteConfig(IReadOnlyList<string> Tasks, Aggregate Aggregate = Aggregate.Macro);
}
