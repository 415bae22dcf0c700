using System.ComponentModel.DataAnnotations;
using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Data.Mixing;

/// <summary>Where a stream's documents go.</summary>
public sealed record MixOutputConfig
{
    /// <summary>The folder.</summary>
    [MinLength(1)]
    public required string Path { get; init; }

    /// <summary>Input files are joined while their bytes on the disk, times the share that is sampled, stay within this; a larger input is divided.</summary>
    [Range(1, double.MaxValue)]
    public long MaxSizeInBytes { get; init; } = 2L << 30;

    /// <summary>Documents with a text of fewer bytes of UTF-8, without space around it, are removed.</summary>
    [Range(0, int.MaxValue)]
    public int? MinTextLength { get; init; }

    /// <summary>Fields that the written documents lack.</summary>
    [OneOrMany]
    public IReadOnlyList<string>? DiscardFields { get; init; }
}
