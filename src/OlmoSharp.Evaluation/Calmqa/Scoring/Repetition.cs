namespace OlmoSharp.Evaluation.Calmqa.Scoring;

/// <summary>How much a text repeats itself.</summary>
/// <param name="Tokens">Its tokens.</param>
/// <param name="MostOccurrences">How often its most frequent run of <see cref="RepetitionCheck.Length"/> tokens occurs; 0 for a shorter text.</param>
public readonly record struct Repetition(int Tokens, int MostOccurrences)
{
    /// <summary>Whether it counts as repetitive.</summary>
    public bool IsRepetitive => MostOccurrences >= RepetitionCheck.Times;
}
