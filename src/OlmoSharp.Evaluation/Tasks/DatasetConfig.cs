using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Evaluation.Tasks;

/// <summary>Which dataset a task reads.</summary>
public sealed record DatasetConfig
{
    /// <summary>Its names: the one that OLMES gives it first, then others under which files may lie.</summary>
    [OneOrMany]
    public required IReadOnlyList<string> Name { get; init; }

    /// <summary>Its configuration; <c>{@subset}</c> is the subset's name. Empty for none.</summary>
    public string Config { get; init; } = "";

    /// <summary>Where the list of rows stands in a file that is one JSON object.</summary>
    public string? Rows { get; init; }

    /// <summary>A field that tells a subset's rows in a file of all subsets, and what it says there, such as <c>{@subset}</c>.</summary>
    public RowFilter? Where { get; init; }

    /// <summary>For datasets whose splits lie in one file: which values of a field belong to which split.</summary>
    public SplitRanges? SplitBy { get; init; }

    /// <summary>How many documents a split has, by the splits' names: with it, a file of the documents that a greater draw takes serves a smaller one where that is its beginning.</summary>
    public IReadOnlyDictionary<string, int> Sizes { get; init; } = new Dictionary<string, int>();

    /// <summary>The splits that the dataset has with answers, in the order in which <c>split: all</c> takes them.</summary>
    public IReadOnlyList<string> Splits { get; init; } = ["test", "validation", "train"];
}
