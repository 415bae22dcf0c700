using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Data.Deduplication.Config;

/// <summary>The section <c>dedupe.paragraphs.by_ngram</c>.</summary>
public sealed record NGramDedupeConfig
{
    /// <summary>Words of an n-gram; 0: paragraphs are compared as a whole.</summary>
    [Range(0, 1 << 20)]
    public int NgramLength { get; init; }

    /// <summary>Words from the start of an n-gram to that of the next; 0 is 1.</summary>
    [Range(0, 1 << 20)]
    public int Stride { get; init; }

    /// <summary>The share of a paragraph's n-grams that must have been seen for it to be a duplicate.</summary>
    [Range(0.0, 1.0)]
    public double OverlapThreshold { get; init; } = 1;

    /// <summary>Whether paragraphs of fewer than two n-grams are passed over instead of compared as a whole.</summary>
    public bool SkipShortParagraphs { get; init; }
}
