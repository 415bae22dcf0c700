using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Training.Config;

/// <summary>AdamW as OLMo 2 uses it; weight decay spares the input embedding.</summary>
public sealed record OptimizerConfig
{
    /// <summary>Peak learning rate.</summary>
    [Range(0, 10)]
    public double LearningRate { get; init; } = 4e-4;

    /// <summary>Decay of the first moment.</summary>
    [Range(0, 1)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment.</summary>
    [Range(0, 1)]
    public double Beta2 { get; init; } = 0.95;

    /// <summary>Added to the root of the second moment.</summary>
    [Range(0, 1)]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decoupled weight decay.</summary>
    [Range(0, 10)]
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>Largest norm of the whole gradient; larger ones are scaled down to it.</summary>
    [Range(1e-9, 1e9)]
    public double ClipNorm { get; init; } = 1.0;
}
