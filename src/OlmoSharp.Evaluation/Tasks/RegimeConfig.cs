namespace OlmoSharp.Evaluation.Tasks;

/// <summary>A named way to run a family's variants, such as <c>olmes</c>.</summary>
public sealed record RegimeConfig : TaskSettings
{
    /// <summary>The variants that have it; null: all.</summary>
    public IReadOnlyList<string>? Variants { get; init; }

    /// <summary>How the scores of subsets become the suite's; null: as the family has it.</summary>
    public Aggregate? Aggregate { get; init; }

    /// <summary>Other names of these tasks, with <c>{task}</c>, <c>{variant}</c> and <c>{subset}</c>.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
}
