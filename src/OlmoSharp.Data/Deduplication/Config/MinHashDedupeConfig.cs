using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Data.Deduplication.Config;

/// <summary>
/// The section <c>dedupe.minhash</c>: near-duplicate documents by MinHash with locality-sensitive hashing (Broder 1997; Leskovec, Rajaraman and Ullman, "Mining of Massive
/// Datasets", chapter 3). Two documents whose sets of word n-grams have the Jaccard similarity s become a candidate pair with probability
/// 1 − (1 − s^<see cref="Rows"/>)^<see cref="Bands"/>; candidate pairs are joined to clusters, of which one document is kept.
/// </summary>
public sealed record MinHashDedupeConfig
{
    /// <summary>The name of the attribute: one span over the whole text of a document that is not kept.</summary>
    [MinLength(1)]
    public required string AttributeName { get; init; }

    /// <summary>Words in an n-gram. A shorter document is one n-gram, and one without words is like no other.</summary>
    [Range(1, 1024)]
    public int Ngram { get; init; } = 5;

    /// <summary>Bands of the signature. With 14 bands of 8 rows a pair of similarity 0.8 is found with probability 0.92, one of 0.5 with 0.05.</summary>
    [Range(1, 256)]
    public int Bands { get; init; } = 14;

    /// <summary>Hash values in a band.</summary>
    [Range(1, 256)]
    public int Rows { get; init; } = 8;

    /// <summary>Which document of a cluster is kept.</summary>
    public ClusterKeep Keep { get; init; } = ClusterKeep.First;

    /// <summary>
    /// The smallest Jaccard similarity, as estimated from the signatures (standard deviation √(s(1 − s)/(bands × rows))), at which a candidate pair is joined; 0: every one is.
    /// A document's candidates are the first documents of its bands' buckets.
    /// </summary>
    [Range(0.0, 1.0)]
    public double Threshold { get; init; }

    /// <summary>Chooses the hash functions.</summary>
    public ulong Seed { get; init; } = 1;
}
