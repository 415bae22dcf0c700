using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Training.Config;

/// <summary>A source of training text.</summary>
public sealed record TrainSourceConfig
{
    /// <summary>Name in logs.</summary>
    public required string Name { get; init; }

    /// <summary>Token shards: a folder, a file or a pattern.</summary>
    public required string Shards { get; init; }

    /// <summary>Times the source is seen in one epoch of the mixture; below 1, the part that is.</summary>
    [Range(0, 1e6)]
    public double Repetition { get; init; } = 1;
}
