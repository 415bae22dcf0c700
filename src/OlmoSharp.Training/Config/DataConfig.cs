using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Training.Config;

/// <summary>What a run trains on and is measured on.</summary>
public sealed record DataConfig
{
    /// <summary>The mixture.</summary>
    [MinLength(1)]
    public required IReadOnlyList<TrainSourceConfig> Sources { get; init; }

    /// <summary>Held-out text, measured by itself.</summary>
    public IReadOnlyList<HeldOutSourceConfig> HeldOut { get; init; } = [];

    /// <summary>Tokens a sequence.</summary>
    [Range(2, int.MaxValue)]
    public required int SequenceLength { get; init; }

    /// <summary>Seed of the data order.</summary>
    public long Seed { get; init; } = 6198;
}
