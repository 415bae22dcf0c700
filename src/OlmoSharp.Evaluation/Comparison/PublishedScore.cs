namespace OlmoSharp.Evaluation.Comparison;

/// <summary>A score as its makers published it.</summary>
public sealed record PublishedScore
{
    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>The score, from 0 to 1.</summary>
    public required double Score { get; init; }

    /// <summary>Where it stands.</summary>
    public required string Source { get; init; }
}
