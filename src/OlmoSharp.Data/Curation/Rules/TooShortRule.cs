namespace OlmoSharp.Data.Curation.Rules;

/// <summary>A text with hardly any letters; an ideograph, kana or hangul counts as two.</summary>
/// <param name="minLetters">The fewest letters a document may have.</param>
public sealed class TooShortRule(int minLetters = 120) : IJunkRule
{
    /// <inheritdoc/>
    public string Name => "too-short";

    /// <inheritdoc/>
    public bool IsJunk(TextStatistics statistics) =>
        statistics.Letters + statistics.WideLetters < minLetters;
}
