namespace OlmoSharp.Data.Taggers.Repetitions;

/// <summary>How all repetition taggers say what they found: each repetition with its count, and what it comes to for the document.</summary>
internal static class RepetitionSpans
{
    private const int Repetition = 0;
    private const int MaximumScore = 1;
    private const int MaximumLength = 2;
    private const int Fraction = 3;

    public static IReadOnlyList<string> Types { get; } = ["repetition", "doc_max_score_repetition", "doc_max_length_repetition", "doc_frac_repetition"];

    /// <summary>Says what was found.</summary>
    /// <param name="document">The document.</param>
    /// <param name="found">The repetitions.</param>
    /// <param name="spans">Where to say it.</param>
    /// <param name="evenIfNone">Whether the document's values are said, as zeros, where nothing repeats.</param>
    public static void Say(TaggedDocument document, List<Repetition> found, TagSpans spans, bool evenIfNone)
    {
        if (found.Count == 0 && !evenIfNone)
        {
            return;
        }

        var codePoints = document.CodePoints;
        var (score, longest, total) = (0, 0, 0L);
        foreach (var repetition in found)
        {
            var (start, end) = (codePoints.Before(repetition.Start), codePoints.Before(repetition.End));
            spans.AddCodePoints(Repetition, start, end, repetition.Times);
            score = Math.Max(score, repetition.Times);
            longest = Math.Max(longest, end - start);
            total += end - start;
        }

        spans.AddDocument(MaximumScore, score);
        spans.AddDocument(MaximumLength, longest);
        spans.AddDocument(Fraction, (double)total / Math.Max(1, codePoints.Count));
    }
}
