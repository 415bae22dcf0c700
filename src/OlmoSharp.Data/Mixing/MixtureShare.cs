namespace OlmoSharp.Data.Mixing;

/// <summary>What a mix takes of a source.</summary>
/// <param name="Source">The source.</param>
/// <param name="Tokens">Tokens in the mix, repeated ones each time.</param>
/// <param name="Fraction">The share of the mix.</param>
public sealed record MixtureShare(MixtureSource Source, double Tokens, double Fraction)
{
    /// <summary>How often a token of the source comes on average: the sampling rate.</summary>
    public double Repetition => Tokens / Source.Tokens;
}
