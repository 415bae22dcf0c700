namespace OlmoSharp.Data.Taggers.Sampling;

/// <summary>The parameters of the tagger that draws a number.</summary>
public sealed record RandomNumberParameters
{
    /// <summary>Another seed gives every document another number.</summary>
    public long Seed { get; init; } = 1;
}
