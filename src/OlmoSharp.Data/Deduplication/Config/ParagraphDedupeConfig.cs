using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Data.Deduplication.Config;

/// <summary>The section <c>dedupe.paragraphs</c>.</summary>
public sealed record ParagraphDedupeConfig
{
    /// <summary>The name of the attribute: a span for each duplicate, with its separator.</summary>
    [MinLength(1)]
    public required string AttributeName { get; init; }

    /// <summary>What ends a paragraph.</summary>
    [MinLength(1)]
    public string ParagraphSeparator { get; init; } = "\n";

    /// <summary>Compares paragraphs by the n-grams they share; none: as a whole.</summary>
    public NGramDedupeConfig? ByNgram { get; init; }
}
