using System.ComponentModel.DataAnnotations;
using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Data.Mixing;

/// <summary>A stream of a mix: documents, what is known about them, and what to do with them.</summary>
public sealed record MixStreamConfig
{
    /// <summary>How the output files' names begin.</summary>
    [MinLength(1)]
    public required string Name { get; init; }

    /// <summary>Document files: paths, folders or patterns.</summary>
    [MinLength(1)]
    [OneOrMany]
    public required IReadOnlyList<string> Documents { get; init; }

    /// <summary>Attribute sets that belong to the documents; <c>*</c> stands for any part of a set's name.</summary>
    [OneOrMany]
    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary>Where the documents go.</summary>
    public required MixOutputConfig Output { get; init; }

    /// <summary>Which documents stay; none: all.</summary>
    public MixFilterConfig? Filter { get; init; }

    /// <summary>What is replaced in their texts.</summary>
    public IReadOnlyList<SpanReplacementConfig> SpanReplacement { get; init; } = [];

    /// <summary>How files are compressed; none: as their names say, outputs with gzip.</summary>
    public MixCompressionConfig? Compression { get; init; }

    /// <summary>How often each document comes: 0.25 is a quarter of the documents, 3.49 three copies of all and a fourth of 49 %.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double Sample { get; init; } = 1;

    /// <summary>Attributes that filters and replacements name although it may be that no document has them.</summary>
    [OneOrMany]
    public IReadOnlyList<string> MayBeAbsent { get; init; } = [];
}
