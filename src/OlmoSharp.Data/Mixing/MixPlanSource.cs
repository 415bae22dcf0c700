using System.ComponentModel.DataAnnotations;
using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Data.Mixing;

/// <summary>A source of a planned mix.</summary>
public sealed record MixPlanSource
{
    /// <summary>The name: of streams in the same config, or of one that the plan makes.</summary>
    [MinLength(1)]
    public required string Name { get; init; }

    /// <summary>Document files, where no stream of this name has them.</summary>
    [OneOrMany]
    public IReadOnlyList<string>? Documents { get; init; }

    /// <summary>Up to 1, the share of the mix; more, a number of tokens; none: what the others leave, in proportion to the sources' sizes.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double? Target { get; init; }

    /// <summary>How often a document may come at most.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double MaxRepetition { get; init; } = 1;

    /// <summary>Tokens of the whole source, where they are known.</summary>
    [Range(1, double.MaxValue)]
    public long? Tokens { get; init; }

    /// <summary>Token shards of the whole source, as <c>olmo data tokens</c> makes them, from which its tokens are known exactly.</summary>
    public string? Shards { get; init; }
}
