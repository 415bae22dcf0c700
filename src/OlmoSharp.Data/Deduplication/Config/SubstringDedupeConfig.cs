using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Data.Deduplication.Config;

/// <summary>
/// The section <c>dedupe.substring</c>: parts of texts that occur, byte for byte, earlier in the same or another document (Lee et al., "Deduplicating Training Data Makes Language Models
/// Better", 2022). Parts begin and end with words: runs of letters, marks and digits, or single letters of scripts written without spaces (see <see cref="Texts.NormalizedWords"/>).
/// </summary>
public sealed record SubstringDedupeConfig
{
    /// <summary>The name of the attribute: a span for each part that is not the first occurrence.</summary>
    [MinLength(1)]
    public required string AttributeName { get; init; }

    /// <summary>The fewest words of such a part, with everything that stands between them.</summary>
    [Range(2, 1 << 16)]
    public int MinWords { get; init; } = 50;
}
