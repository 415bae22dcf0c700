namespace OlmoSharp.Evaluation.Calmqa.Languages;

/// <summary>A language that can be told from others by its n-grams of characters.</summary>
public sealed record LanguageProfile
{
    /// <summary>Its ISO 639-3 code.</summary>
    public required string Code { get; init; }

    /// <summary>Its English name.</summary>
    public required string Name { get; init; }

    /// <summary>What its text was written in.</summary>
    public required WritingSystem System { get; init; }

    /// <summary>Letters of text that its counts were made of.</summary>
    public required int Letters { get; init; }

    /// <summary>Where the text was from, as its reader was told.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>
    /// How far it typically is above the mean of all languages in held-out text of its own (<see cref="LanguageEvidence.Margin"/>); not a number where that was not measured.
    /// </summary>
    public double Margin { get; init; } = double.NaN;

    /// <summary>How well it was found in held-out text of about <see cref="LanguageTraining.ShortSegment"/> characters; null where that was not measured.</summary>
    public LanguageQuality? Short { get; init; }

    /// <summary>How well it was found in held-out text of about <see cref="LanguageTraining.LongSegment"/> characters; null where that was not measured.</summary>
    public LanguageQuality? Long { get; init; }
}
