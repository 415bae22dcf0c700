namespace OlmoSharp.Evaluation.Judging;

/// <summary>How a judge is asked.</summary>
public sealed record JudgeSettings
{
    /// <summary>The most tokens of a verdict.</summary>
    public int MaximumTokens { get; init; } = 1024;

    /// <summary>0 for the most likely token each time.</summary>
    public double Temperature { get; init; }

    /// <summary>Which of two answers stands first.</summary>
    public JudgeOrder Order { get; init; }

    /// <summary>The seed of random orders.</summary>
    public long Seed { get; init; } = 1234;

    /// <summary>How many questions the judge is asked at once.</summary>
    public int AtOnce { get; init; } = 4;
}
