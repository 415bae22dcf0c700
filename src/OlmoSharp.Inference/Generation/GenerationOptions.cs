using OlmoSharp.Inference.Sampling;

namespace OlmoSharp.Inference.Generation;

/// <summary>What to generate.</summary>
public sealed record GenerationOptions
{
    /// <summary>Most tokens to generate.</summary>
    public int MaximumTokens { get; init; } = 128;

    /// <summary>How tokens are chosen.</summary>
    public SamplingOptions Sampling { get; init; } = new();
}
