using OlmoSharp.Evaluation.Runs;

namespace OlmoSharp.Evaluation.Perplexity;

/// <summary>How much of some texts is in training data.</summary>
/// <param name="Documents">Texts with a paragraph that says enough to be looked for.</param>
/// <param name="ContaminatedDocuments">Those of which one at least was found.</param>
/// <param name="Paragraphs">Paragraphs that were looked for.</param>
/// <param name="ContaminatedParagraphs">Those that were found.</param>
public sealed record OverlapCounts(int Documents, int ContaminatedDocuments, long Paragraphs, long ContaminatedParagraphs)
{
    /// <summary>Counts; null where nobody has looked.</summary>
    internal static OverlapCounts? Of(IReadOnlyList<InstanceScore> texts)
    {
        List<ParagraphOverlap> known = [.. texts.Select(text => text.Overlap).OfType<ParagraphOverlap>()];
        return known.Count == 0 ? null : new(
            known.Count(text => text.Paragraphs > 0), known.Count(text => text.Found > 0), known.Sum(text => (long)text.Paragraphs), known.Sum(text => (long)text.Found));
    }
}
