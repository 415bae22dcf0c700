namespace OlmoSharp.Data.Classification;

/// <summary>Gives a text a score for each of some labels. For one thread.</summary>
internal interface ITextScorer
{
    /// <summary>The labels.</summary>
    IReadOnlyList<string> Labels { get; }

    /// <summary>Scores a text.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="scores">A place for each label; not a number where there is no score.</param>
    /// <returns>False where nothing can be said of the text.</returns>
    bool TryScore(ReadOnlySpan<byte> text, Span<float> scores);
}
