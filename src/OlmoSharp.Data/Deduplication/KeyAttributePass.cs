using System.Text;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Deduplication.Config;
using OlmoSharp.Data.Deduplication.Keys;
using OlmoSharp.Data.Deduplication.Resolution;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Deduplication;

/// <summary>The attributes of documents or paragraphs whose keys occurred before.</summary>
/// <param name="rules">What is compared.</param>
/// <param name="work">The task.</param>
/// <param name="outline">What the first pass noted of the file.</param>
/// <param name="verdicts">What the second pass found.</param>
/// <param name="audit">Where duplicates are written down, or null.</param>
/// <param name="quarantine">Where lines go that are no documents, or null.</param>
internal sealed class KeyAttributePass(DedupeRules rules, ShardWork work, OutlineReader outline, ShardVerdicts verdicts, DedupeAudit? audit, QuarantineFile? quarantine)
    : AttributePass(rules.Attribute, work, audit, quarantine)
{
    private readonly byte[] _separator = Encoding.UTF8.GetBytes(rules.Paragraphs?.ParagraphSeparator ?? "");
    private readonly double _threshold = rules.NGrams?.OverlapThreshold ?? 1;
    private readonly long[] _kinds = new long[Enum.GetValues<KeyKind>().Length];
    private KeyOrigin? _first;
    private long _parts;
    private (long Count, long Bytes) _wholes;
    private (long Count, long Bytes) _overlaps;

    protected override bool IsAtEnd => outline.IsAtEnd;

    protected override void Find(DocumentView view)
    {
        if (rules.Documents is null)
        {
            FindParagraphs(view);
        }
        else if (Judge(out var kind) > 0)
        {
            Add(view, new AttributeSpan(0, CodePoints.CountIn(view.Text), 1), view.Text, kind);
        }
    }

    protected override void Count()
    {
        if (rules.Documents is null)
        {
            Work.Count("paragraphs", _parts);
            Work.Count("duplicate_paragraphs", _wholes.Count);
            Work.Count("duplicate_paragraph_bytes", _wholes.Bytes);
            Work.Count("documents_with_duplicates", Touched);
        }
        else
        {
            Work.Count("duplicate_documents", _wholes.Count);
            Work.Count("duplicate_document_bytes", _wholes.Bytes);
        }

        if (rules.NGrams is not null)
        {
            Work.Count("overlapping_paragraphs", _overlaps.Count);
            Work.Count("overlapping_paragraph_bytes", _overlaps.Bytes);
        }

        CountPassedOver(_kinds);
    }

    private void FindParagraphs(DocumentView view)
    {
        var text = view.Text;
        var isAscii = Ascii.IsValid(text);
        var (counted, codePoints) = (0, 0);
        var start = 0;
        for (var position = 0; ParagraphScanner.TryNext(text, _separator, ref position, out _); start = position)
        {
            var score = Judge(out var kind);
            _parts++;
            if (score < 0 || score < _threshold)
            {
                continue;
            }

            // Code points are counted only where a span begins or ends, and each byte once.
            var first = isAscii ? start : codePoints + CodePoints.CountIn(text[counted..start]);
            codePoints = isAscii ? position : first + CodePoints.CountIn(text[start..position]);
            counted = position;
            Add(view, new AttributeSpan(first, codePoints, Math.Round(score, 5)), text[start..position], kind);
        }
    }

    /// <summary>The share of the next thing's keys that occurred before; less than zero if it has none.</summary>
    private double Judge(out KeyKind kind)
    {
        kind = outline.Kind();
        _kinds[(int)kind]++;
        var count = outline.Count(kind);
        var (seen, last) = (0, false);
        _first = null;
        for (var i = 0; i < count; i++)
        {
            last = verdicts.Next(outline.Cell(), out var first);
            seen += last ? 1 : 0;
            _first = kind == KeyKind.NGramAndWhole ? first : _first ?? first;
        }

        return count == 0 ? -1 : kind == KeyKind.NGrams ? (double)seen / count : last ? 1 : 0;
    }

    private void Add(DocumentView view, AttributeSpan span, ReadOnlySpan<byte> text, KeyKind kind)
    {
        Spans.Add(span);
        if (span.Score > 0)
        {
            ref var sum = ref kind == KeyKind.NGrams ? ref _overlaps : ref _wholes;
            sum = (sum.Count + 1, sum.Bytes + text.Length);
            Audit?.Add(view, span, text, _first);
        }
    }
}
