namespace OlmoSharp.Data.Curation.Rules;

/// <summary>Control characters do not occur in text: the document is binary or was decoded wrongly.</summary>
public sealed class ControlCharactersRule : IJunkRule
{
    /// <inheritdoc/>
    public string Name => "control-characters";

    /// <inheritdoc/>
    public bool IsJunk(TextStatistics statistics) => statistics.ControlCharacters > 0;
}
