using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Training.Config;

/// <summary>Held-out evaluation during a run.</summary>
public sealed record EvaluationConfig
{
    /// <summary>Steps between evaluations; 0: only after the last step.</summary>
    [Range(0, long.MaxValue)]
    public long Every { get; init; }

    /// <summary>Sequences at once.</summary>
    [Range(1, 4096)]
    public int BatchSize { get; init; } = 8;
}
