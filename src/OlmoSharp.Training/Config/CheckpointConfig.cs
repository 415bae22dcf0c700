using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Training.Config;

/// <summary>When checkpoints are written and which stay. The last step's always stays.</summary>
public sealed record CheckpointConfig
{
    /// <summary>Steps between checkpoints; 0: only after the last step.</summary>
    [Range(0, long.MaxValue)]
    public long Every { get; init; } = 250;

    /// <summary>How many of the latest stay.</summary>
    [Range(1, int.MaxValue)]
    public int KeepLast { get; init; } = 2;

    /// <summary>Those at multiples of this many steps stay for good; 0: none.</summary>
    [Range(0, long.MaxValue)]
    public long KeepEvery { get; init; }
}
