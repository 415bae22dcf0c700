namespace OlmoSharp.Data.Deduplication.Config;

/// <summary>Which document of a cluster of near-duplicates is kept.</summary>
public enum ClusterKeep
{
    /// <summary>The first in the order of the inputs.</summary>
    First,

    /// <summary>That with the most bytes of text; of several, the first.</summary>
    Longest,
}
