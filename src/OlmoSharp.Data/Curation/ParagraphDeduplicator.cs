using System.Runtime.InteropServices;
using System.Text;

namespace OlmoSharp.Data.Curation;

/// <summary>A paragraph removed from a document.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Text">Its text, with the blank lines after it.</param>
internal readonly record struct RemovedParagraph(string Reason, string Text);

/// <summary>
/// Removes paragraphs that earlier documents, or the same one, already hold: equal ones, and those beyond the allowed copies of a template.
/// A heading whose whole section is removed goes with it. The first copy stays where it is.
/// </summary>
internal sealed class ParagraphDeduplicator(int maxTemplateCopies)
{
    public const string ExactReason = "exact-duplicate-paragraph";
    public const string TemplateReason = "near-duplicate-paragraph";
    public const string HeadingReason = "heading-without-section";
    public const string NothingLeftReason = "nothing-left";

    private readonly HashSet<UInt128> _seen = [];
    private readonly Dictionary<UInt128, int> _templateCopies = [];

    /// <summary>
    /// The text that stays, and what does not. The text is the same object where nothing is removed, and empty where only
    /// headings would stay.
    /// </summary>
    public (string Text, IReadOnlyList<RemovedParagraph> Removed) Reduce(string text, IReadOnlyList<Paragraph> paragraphs)
    {
        var reasons = paragraphs.Select(ReasonToRemove).ToArray();
        if (reasons.All(reason => reason is null))
        {
            return (text, []);
        }

        MarkEmptySections(text, paragraphs, reasons);
        if (paragraphs.Zip(reasons).All(paragraph => paragraph.First.Kind == ParagraphKind.Heading || paragraph.Second is not null))
        {
            return ("", [.. paragraphs.Zip(reasons, (paragraph, reason) =>
                new RemovedParagraph(reason ?? NothingLeftReason, text[paragraph.Place]))]);
        }

        var kept = new StringBuilder(text.Length);
        var removed = new List<RemovedParagraph>();
        foreach (var (paragraph, reason) in paragraphs.Zip(reasons))
        {
            if (reason is null)
            {
                kept.Append(text.AsSpan(paragraph.Place));
            }
            else
            {
                removed.Add(new RemovedParagraph(reason, text[paragraph.Place]));
            }
        }

        return (kept.ToString().TrimEnd() + "\n", removed);
    }

    private string? ReasonToRemove(Paragraph paragraph)
    {
        if (paragraph.Kind != ParagraphKind.Body)
        {
            return null;
        }

        if (!_seen.Add(paragraph.Exact))
        {
            return ExactReason;
        }

        ref var copies = ref CollectionsMarshal.GetValueRefOrAddDefault(_templateCopies, paragraph.Template, out _);
        return ++copies > maxTemplateCopies ? TemplateReason : null;
    }

    private static void MarkEmptySections(string text, IReadOnlyList<Paragraph> paragraphs, string?[] reasons)
    {
        // Backwards, so that a section of empty sections is empty too. A heading's section ends at the next heading of its level or above.
        var nextLevel = 0;
        var lostContent = false;
        for (var i = paragraphs.Count - 1; i >= 0; i--)
        {
            var level = HeadingLevel(text.AsSpan(paragraphs[i].Place));
            if (reasons[i] is not null)
            {
                lostContent = true;
            }
            else if (level > 0 && lostContent && nextLevel <= level)
            {
                reasons[i] = HeadingReason;
            }
            else
            {
                nextLevel = level > 0 ? level : int.MaxValue;
                lostContent = false;
            }
        }
    }

    private static int HeadingLevel(ReadOnlySpan<char> paragraph)
    {
        var line = paragraph.Trim();
        var level = line.IndexOfAnyExcept('#');
        return level is >= 1 and <= 6 && line[level] == ' ' && !line.Contains('\n') ? level : 0;
    }
}
