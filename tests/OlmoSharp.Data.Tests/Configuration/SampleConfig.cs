using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace OlmoSharp.Data.Tests.Configuration;

/// <summary>A config with one of everything that a config may hold.</summary>
public sealed record SampleConfig : IValidatableObject
{
    public required string Name { get; init; }

    public required int Steps { get; init; }

    public SampleOptimizer Optimizer { get; init; } = new() { WeightDecay = 0.25 };

    public IReadOnlyList<SampleSource> Sources { get; init; } = [];

    public IReadOnlyDictionary<string, double> Weights { get; init; } = new Dictionary<string, double>();

    public SampleSchedule Schedule { get; init; } = SampleSchedule.CosineWithWarmup;

    public int? StopAfter { get; init; } = 7;

    public string? Note { get; init; }

    public bool Resume { get; init; }

    public ulong Seed { get; init; }

    [JsonPropertyName("dtype")]
    public string DType { get; init; } = "float32";

    public SampleOptimizer? Anneal { get; init; }

    public int[][] Shape { get; init; } = [];

    public int TwiceSteps => 2 * Steps;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (StopAfter > Steps)
        {
            yield return new ValidationResult($"must be at most steps ({Steps})", [nameof(StopAfter)]);
        }
    }
}

public sealed record SampleOptimizer
{
    [Range(0, 1, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 1e-3;

    [Range(0.0, double.PositiveInfinity)]
    public double WeightDecay { get; init; } = 0.1;

    [MinLength(2)]
    [MaxLength(2)]
    public IReadOnlyList<float> Betas { get; init; } = [0.9f, 0.95f];
}

public sealed record SampleSource(string Path, [Range(1, int.MaxValue)] long Repeat = 1)
{
    public IReadOnlyList<string?> Tags { get; init; } = [];
}

public enum SampleSchedule
{
    Constant,
    CosineWithWarmup,

    [JsonStringEnumMemberName("wsd")]
    WarmupStableDecay,
}
