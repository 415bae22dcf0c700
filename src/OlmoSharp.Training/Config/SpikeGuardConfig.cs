using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Training.Config;

/// <summary>When a step is skipped: its loss or gradient norm is not finite, or far above those of the steps before it.</summary>
public sealed record SpikeGuardConfig
{
    /// <summary>Steps that the mean and standard deviation are taken over.</summary>
    [Range(2, 1_000_000)]
    public int Window { get; init; } = 128;

    /// <summary>Standard deviations above the mean at which a step is skipped; 0 skips only steps that are not finite.</summary>
    [Range(0, 1000)]
    public double Sigmas { get; init; } = 6;
}
