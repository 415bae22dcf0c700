namespace OlmoSharp.Data.Curation.Rules;

/// <summary>Code, markup or line art rather than prose.</summary>
/// <param name="maxFraction">The largest part of all characters but white space that are neither letters, digits nor common punctuation.</param>
public sealed class TooManySymbolsRule(double maxFraction = 0.2) : IJunkRule
{
    /// <inheritdoc/>
    public string Name => "too-many-symbols";

    /// <inheritdoc/>
    public bool IsJunk(TextStatistics statistics) =>
        statistics.Symbols > maxFraction * statistics.Characters;
}
