namespace OlmoSharp.Data.Curation;

/// <summary>
/// MinHash with locality-sensitive hashing (Broder 1997; Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", chapter 3).
/// Two documents whose word n-grams have the Jaccard similarity s become a candidate pair with probability 1 − (1 − s^<see cref="Rows"/>)^<see cref="Bands"/>;
/// a candidate pair is near-duplicate where the similarity that the signatures show is at least <see cref="Threshold"/>.
/// </summary>
public sealed record MinHashOptions
{
    /// <summary>Words in an n-gram. A shorter document is one n-gram.</summary>
    public int NgramWords { get; init; } = 5;

    /// <summary>Bands of the signature. With 25 bands of 5 rows a pair of similarity 0.7 is found with probability 0.99.</summary>
    public int Bands { get; init; } = 25;

    /// <summary>Hash values in a band.</summary>
    public int Rows { get; init; } = 5;

    /// <summary>The smallest Jaccard similarity of near-duplicates, as estimated from the signatures (standard error 0.04 at 125 hash values).</summary>
    public double Threshold { get; init; } = 0.7;

    /// <summary>Chooses the hash functions.</summary>
    public ulong Seed { get; init; } = 1;
}
