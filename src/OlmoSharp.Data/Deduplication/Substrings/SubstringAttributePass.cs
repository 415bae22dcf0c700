using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Deduplication.Substrings;

/// <summary>The attributes of documents parts of which occur earlier: a span for each longest run of words that are in windows which do.</summary>
/// <param name="attribute">The attribute's name.</param>
/// <param name="minWords">How many words a window has.</param>
/// <param name="work">The task.</param>
/// <param name="marks">Which windows occur earlier.</param>
/// <param name="audit">Where duplicates are written down, or null.</param>
/// <param name="quarantine">Where lines go that are no documents, or null.</param>
internal sealed class SubstringAttributePass(string attribute, int minWords, ShardWork work, ShardMarks marks, DedupeAudit? audit, QuarantineFile? quarantine)
    : AttributePass(attribute, work, audit, quarantine)
{
    private long _words;
    private long _duplicateWords;
    private (long Count, long Bytes) _found;
    private (int Bytes, int CodePoints) _counted;

    protected override bool IsAtEnd => marks.IsAtEnd;

    protected override void Find(DocumentView view)
    {
        var (start, end, covered) = (-1, 0, 0);
        _counted = default;
        foreach (var word in new NormalizedWords(view.Text))
        {
            _words++;
            if (marks.IsAtEnd)
            {
                throw new DataException($"{Work.Task.Inputs[0]}: changed while the job ran: it has more words than before. Run the job again.");
            }

            covered = marks.Next() ? minWords : covered - 1;
            if (covered > 0)
            {
                start = start < 0 ? word.Start : start;
                end = word.End;
                _duplicateWords++;
            }
            else if (start >= 0)
            {
                Add(view, start, end);
                start = -1;
            }
        }

        if (start >= 0)
        {
            Add(view, start, end);
        }
    }

    protected override void Count()
    {
        Work.Count("words", _words);
        Work.Count("duplicate_words", _duplicateWords);
        Work.Count("duplicate_spans", _found.Count);
        Work.Count("duplicate_span_bytes", _found.Bytes);
        Work.Count("documents_with_duplicates", Touched);
    }

    private void Add(DocumentView view, int start, int end)
    {
        var text = view.Text;
        var first = _counted.CodePoints + CodePoints.CountIn(text[_counted.Bytes..start]);
        _counted = (end, first + CodePoints.CountIn(text[start..end]));
        var span = new AttributeSpan(first, _counted.CodePoints, 1);
        Spans.Add(span);
        _found = (_found.Count + 1, _found.Bytes + end - start);
        Audit?.Add(view, span, text[start..end], null);
    }
}
