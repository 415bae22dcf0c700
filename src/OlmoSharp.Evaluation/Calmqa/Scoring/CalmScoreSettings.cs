namespace OlmoSharp.Evaluation.Calmqa.Scoring;

/// <summary>What a score depends on beside the answers.</summary>
/// <param name="Profiles">SHA-256 of the language profiles, in hexadecimal.</param>
public sealed record CalmScoreSettings(string Profiles)
{
    /// <summary>The tokenizer of the repetition check.</summary>
    public string Tokenizer { get; } = RepetitionCheck.Encoding;

    /// <summary>How many tokens in a row it looks at.</summary>
    public int RepeatedTokens { get; } = RepetitionCheck.Length;

    /// <summary>How often they must occur to be repetitive.</summary>
    public int RepeatedTimes { get; } = RepetitionCheck.Times;
}
