namespace OlmoSharp.Data.Curation.Rules;

/// <summary>Encoded data, such as base64 or a minified file.</summary>
/// <param name="maxLength">The longest run of characters without white space, in code points.</param>
public sealed class LongWordRule(int maxLength = 1000) : IJunkRule
{
    /// <inheritdoc/>
    public string Name => "long-word";

    /// <inheritdoc/>
    public bool IsJunk(TextStatistics statistics) =>
        statistics.LongestWord > maxLength;
}
