using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Data.Mixing;

/// <summary>How a stream's files are compressed.</summary>
public sealed record MixCompressionConfig
{
    /// <summary>The inputs, <c>gz</c> or <c>zst</c>; their names must say the same.</summary>
    [AllowedValues(null, "", "gz", "zst", ErrorMessage = "must be gz or zst")]
    public string? Input { get; init; }

    /// <summary>The outputs, <c>gz</c>, <c>zst</c> or an empty text for none.</summary>
    [AllowedValues(null, "", "gz", "zst", ErrorMessage = "must be gz, zst or an empty text")]
    public string? Output { get; init; }
}
