using OlmoSharp.Training.Optimization;

namespace OlmoSharp.Training.Checkpoints;

/// <summary>Where a run stands, beside weights and moments: all that is needed to go on as if it had never stopped.</summary>
public sealed record TrainingState
{
    /// <summary>Steps done, and so the position in the data order.</summary>
    public required long Step { get; init; }

    /// <summary>Tokens seen.</summary>
    public required long Tokens { get; init; }

    /// <summary>Optimizer updates made; less than <see cref="Step"/> by the steps skipped.</summary>
    public required long Updates { get; init; }

    /// <summary>SHA-256 of the tokenizer.</summary>
    public required string TokenizerSha256 { get; init; }

    /// <summary><see cref="DataOrder.ShardsSha256"/> of the shards trained on.</summary>
    public required string ShardsSha256 { get; init; }

    /// <summary>The spike guard's window.</summary>
    public required SpikeGuardState SpikeGuard { get; init; }
}
