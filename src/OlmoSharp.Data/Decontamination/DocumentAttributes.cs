using System.Runtime.InteropServices;
using System.Text.Json;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Decontamination;

/// <summary>Collects the contaminated parts of a document: of each set and of all together, those that overlap as one with the highest of their scores.</summary>
internal sealed class DocumentAttributes
{
    private readonly JsonEncodedText _score;
    private readonly Dictionary<string, int> _sets = new(StringComparer.Ordinal);
    private readonly List<(JsonEncodedText Name, List<AttributeSpan> Spans)> _spans;
    private double _highest;

    public DocumentAttributes(string experiment, IReadOnlyList<IndexedEvaluation> evaluations)
    {
        _score = Name(ContaminationAttributes.Score);
        _spans = [(Name(ContaminationAttributes.Span), [])];
        foreach (var evaluation in evaluations)
        {
            _sets[evaluation.Name] = _spans.Count;
            _spans.Add((Name(evaluation.Name), []));
        }

        JsonEncodedText Name(string type) => JsonEncodedText.Encode(ContaminationAttributes.NameOf(experiment, type));
    }

    public bool HasHits => _spans[0].Spans.Count > 0;

    public void Reset()
    {
        _highest = 0;
        foreach (var (_, spans) in _spans)
        {
            spans.Clear();
        }
    }

    /// <summary>Adds a part. Parts come in the order of their starts.</summary>
    public void Add(ContaminationHit hit, AttributeSpan span)
    {
        _highest = Math.Max(_highest, span.Score);
        Add(_spans[0].Spans, span);
        Add(_spans[_sets[hit.Evaluation]].Spans, span);
    }

    /// <summary>Writes the document's row.</summary>
    public void Write(AttributeWriter writer, DocumentView document, int length)
    {
        writer.BeginRow(document);
        writer.Write(_score, [new AttributeSpan(0, length, _highest)]);
        foreach (var (name, spans) in _spans)
        {
            if (spans.Count > 0)
            {
                writer.Write(name, CollectionsMarshal.AsSpan(spans));
            }
        }

        writer.EndRow(document);
    }

    private static void Add(List<AttributeSpan> spans, AttributeSpan span)
    {
        if (spans is [.., var last] && span.Start < last.End)
        {
            spans[^1] = new AttributeSpan(last.Start, Math.Max(last.End, span.End), Math.Max(last.Score, span.Score));
        }
        else
        {
            spans.Add(span);
        }
    }
}
