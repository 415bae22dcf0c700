using System.Text;
using System.Text.Json;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Deduplication.Config;
using OlmoSharp.Data.Deduplication.Keys;
using OlmoSharp.Data.Deduplication.Resolution;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Deduplication;

/// <summary>The last pass over a document file: writes the attributes (output 0), and the audit and the quarantine if they are asked for.</summary>
/// <param name="rules">What is compared.</param>
/// <param name="work">The task.</param>
/// <param name="outline">What the first pass noted of the file.</param>
/// <param name="verdicts">What the second pass found.</param>
/// <param name="audit">Where duplicates are written down, or null.</param>
/// <param name="quarantine">Where lines go that are no documents, or null.</param>
internal sealed class AttributePass(DedupeRules rules, ShardWork work, OutlineReader outline, ShardVerdicts verdicts, DedupeAudit? audit, QuarantineFile? quarantine)
{
    private readonly List<AttributeSpan> _spans = [];
    private readonly JsonEncodedText _name = JsonEncodedText.Encode(rules.Attribute);
    private readonly byte[] _separator = Encoding.UTF8.GetBytes(rules.Paragraphs?.ParagraphSeparator ?? "");
    private readonly double _threshold = rules.NGrams?.OverlapThreshold ?? 1;
    private readonly long[] _kinds = new long[Enum.GetValues<KeyKind>().Length];
    private KeyOrigin? _first;
    private long _documents;
    private long _bytes;
    private long _touched;
    private long _parts;
    private (long Count, long Bytes) _wholes;
    private (long Count, long Bytes) _overlaps;

    public void Run()
    {
        using var reader = new DocumentScanner(work.Task.Inputs[0], quarantine);
        using var writer = new AttributeWriter(work.Output(0));
        var view = new DocumentView();
        while (reader.Read(view))
        {
            _spans.Clear();
            if (rules.Documents is null)
            {
                FindParagraphs(view);
            }
            else
            {
                FindDocument(view);
            }

            writer.BeginRow(view);
            writer.Write(_name, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_spans));
            writer.EndRow(view);
            _documents++;
            _bytes += view.Text.Length;
            _touched += _spans.Count > 0 ? 1 : 0;
            work.Advance(1);
        }

        if (!outline.IsAtEnd)
        {
            throw new DataException($"{work.Task.Inputs[0]}: changed while the job ran: it has fewer documents than before. Run the job again.");
        }

        Count();
    }

    private void FindDocument(DocumentView view)
    {
        if (Judge(out var kind) > 0)
        {
            var length = CodePoints.CountIn(view.Text);
            Add(view, new AttributeSpan(0, length, 1), view.Text, kind);
        }
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
        _spans.Add(span);
        if (span.Score > 0)
        {
            ref var sum = ref kind == KeyKind.NGrams ? ref _overlaps : ref _wholes;
            sum = (sum.Count + 1, sum.Bytes + text.Length);
            audit?.Add(view, span, text, _first);
        }
    }

    private void Count()
    {
        work.Count("documents", _documents);
        work.Count("bytes", _bytes);
        if (rules.Documents is null)
        {
            work.Count("paragraphs", _parts);
            work.Count("duplicate_paragraphs", _wholes.Count);
            work.Count("duplicate_paragraph_bytes", _wholes.Bytes);
            work.Count("documents_with_duplicates", _touched);
        }
        else
        {
            work.Count("duplicate_documents", _wholes.Count);
            work.Count("duplicate_document_bytes", _wholes.Bytes);
        }

        if (rules.NGrams is not null)
        {
            work.Count("overlapping_paragraphs", _overlaps.Count);
            work.Count("overlapping_paragraph_bytes", _overlaps.Bytes);
        }

        foreach (var (kind, name) in new[]
        {
            (KeyKind.Empty, "passed_over_empty"), (KeyKind.TooShort, "passed_over_short"), (KeyKind.TooFewWords, "passed_over_few_words"),
            (KeyKind.TooFewNGrams, "passed_over_few_ngrams"), (KeyKind.OtherPartition, "passed_over_other_partition"),
        })
        {
            if (_kinds[(int)kind] > 0)
            {
                work.Count(name, _kinds[(int)kind]);
            }
        }

        if (quarantine is not null)
        {
            work.Count("quarantined", quarantine.Count);
        }
    }
}
