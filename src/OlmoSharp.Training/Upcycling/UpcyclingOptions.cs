namespace OlmoSharp.Training.Upcycling;

/// <summary>What a dense model shall become.</summary>
public sealed record UpcyclingOptions
{
    /// <summary>Experts of each feed-forward layer; at least 2.</summary>
    public required int Experts { get; init; }

    /// <summary>Experts that each token reaches.</summary>
    public required int ExpertsPerToken { get; init; }

    /// <summary>
    /// Whether the chosen experts' weights are scaled to a sum of one. Only so does the sparse model compute what the dense one did, because
    /// all its experts are still the same; unscaled, as OLMoE was trained, the feed-forward layers start weaker.
    /// </summary>
    public bool Renormalise { get; init; } = true;

    /// <summary>Standard deviation of the normal noise on every expert's matrices, as a share of each matrix's root mean square; 0 for none.</summary>
    public double ExpertNoise { get; init; }

    /// <summary>Seed of the routers and of the noise.</summary>
    public long Seed { get; init; } = 6198;
}
