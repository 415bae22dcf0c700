namespace OlmoSharp.Data.Curation.Rules;

/// <summary>Tables of numbers, dumps, markup.</summary>
/// <param name="minFraction">The smallest part of all characters but white space that are letters.</param>
public sealed class TooFewLettersRule(double minFraction = 0.5) : IJunkRule
{
    /// <inheritdoc/>
    public string Name => "too-few-letters";

    /// <inheritdoc/>
    public bool IsJunk(TextStatistics statistics) =>
        statistics.Letters < minFraction * statistics.Characters;
}
