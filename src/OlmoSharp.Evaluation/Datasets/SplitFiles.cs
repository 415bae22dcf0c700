namespace OlmoSharp.Evaluation.Datasets;

/// <summary>The files in which a split was found.</summary>
/// <param name="Paths">The files, in order.</param>
/// <param name="Rule">The rule by which they were found, for people.</param>
/// <param name="IsSample">Whether the rows already are the documents that the standard draws, in the order drawn.</param>
public sealed record SplitFiles(IReadOnlyList<string> Paths, string Rule, bool IsSample)
{
    /// <summary>How many of their rows count, from the first on; null for all.</summary>
    public int? First { get; init; }
}
