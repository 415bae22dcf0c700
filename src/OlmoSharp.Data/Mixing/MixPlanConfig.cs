using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Data.Mixing;

/// <summary>How much of each source a mix should hold.</summary>
public sealed record MixPlanConfig
{
    /// <summary>Tokens of the whole mix; none: the sum of the targets, which then are all in tokens.</summary>
    [Range(1, double.MaxValue)]
    public long? TotalTokens { get; init; }

    /// <summary>The sources.</summary>
    [MinLength(1)]
    public required IReadOnlyList<MixPlanSource> Sources { get; init; }

    /// <summary>A <c>tokenizer.json</c>, or a folder that holds one, to count tokens with; a document counts one more for its end.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>Bytes of UTF-8 text for a token, where there is no tokenizer.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double? BytesPerToken { get; init; }

    /// <summary>A source with more bytes on the disk is measured on some of its files, and the rest is taken to be alike.</summary>
    [Range(1, double.MaxValue)]
    public long SampleBytes { get; init; } = 32 << 20;

    /// <summary>Where the streams go that the plan makes for sources without one.</summary>
    public string? Output { get; init; }
}
