namespace OlmoSharp.Evaluation.Tasks;

/// <summary>A file of one family of tasks.</summary>
public sealed record TaskFamilyConfig : TaskSettings
{
    /// <summary>The tasks' name; <c>{subset}</c> in it is the subset's name.</summary>
    public required string Task { get; init; }

    /// <summary>The name of all subsets together, where there are any.</summary>
    public string? Suite { get; init; }

    /// <summary>What the task is, in one line.</summary>
    public required string Description { get; init; }

    /// <summary>The subsets that are tasks of their own.</summary>
    public IReadOnlyList<string> Subsets { get; init; } = [];

    /// <summary>What stands before the examples, for each subset that has words of its own.</summary>
    public IReadOnlyDictionary<string, string> SubsetInstructions { get; init; } = new Dictionary<string, string>();

    /// <summary>The number of examples of subsets that have another than the family; a variant's or regime's counts before it.</summary>
    public IReadOnlyDictionary<string, int> SubsetShots { get; init; } = new Dictionary<string, int>();

    /// <summary>How the scores of subsets become the suite's.</summary>
    public Aggregate Aggregate { get; init; }

    /// <summary>The forms of the prompt; the name of one is empty where the family has but one.</summary>
    public required IReadOnlyDictionary<string, VariantConfig> Variants { get; init; }

    /// <summary>The ways to run them.</summary>
    public required IReadOnlyDictionary<string, RegimeConfig> Regimes { get; init; }
}
