namespace OlmoSharp.Data.Curation.Rules;

/// <summary>U+FFFD stands where bytes could not be decoded: something of the text is lost.</summary>
public sealed class ReplacementCharactersRule : IJunkRule
{
    /// <inheritdoc/>
    public string Name => "replacement-characters";

    /// <inheritdoc/>
    public bool IsJunk(TextStatistics statistics) => statistics.ReplacementCharacters > 0;
}
