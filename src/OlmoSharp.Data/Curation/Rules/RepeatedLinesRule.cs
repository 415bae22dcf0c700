namespace OlmoSharp.Data.Curation.Rules;

/// <summary>A text that mostly repeats its own lines. Lines under 20 characters do not count.</summary>
/// <param name="maxFraction">The largest part of the lines' length that may repeat earlier lines.</param>
public sealed class RepeatedLinesRule(double maxFraction = 0.75) : IJunkRule
{
    /// <inheritdoc/>
    public string Name => "repeated-lines";

    /// <inheritdoc/>
    public bool IsJunk(TextStatistics statistics) =>
        statistics.RepeatedLineLength > maxFraction * statistics.LineLength;
}
