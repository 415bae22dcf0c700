using System.Text;
using OlmoSharp.Data.Filters;

namespace OlmoSharp.Data.Mixing;

/// <summary>Finds the parts of a document's text that one entry of <c>span_replacement</c> replaces.</summary>
internal sealed class SpanReplacer
{
    private readonly DocumentQuery _span;
    private readonly double _minScore;
    private readonly double _maxScore;
    private readonly ReadOnlyMemory<byte> _replacement;
    private readonly DocumentQuery? _selector;

    /// <summary>Parses an entry.</summary>
    /// <exception cref="DataException">A query has a mistake.</exception>
    public SpanReplacer(SpanReplacementConfig config, FilterNames names)
    {
        _span = DocumentQuery.Parse(config.Span, config.Syntax, names);
        _minScore = config.MinScore ?? double.NegativeInfinity;
        _maxScore = config.MaxScore ?? double.PositiveInfinity;
        if (config.Replacement.StartsWith('$'))
        {
            _selector = DocumentQuery.Parse(config.Replacement[1..], FilterSyntax.Jq, names);
        }
        else
        {
            _replacement = Encoding.UTF8.GetBytes(config.Replacement.StartsWith("\\$", StringComparison.Ordinal) ? config.Replacement[1..] : config.Replacement);
        }
    }

    /// <summary>Adds the parts to a list.</summary>
    /// <exception cref="FormatException">The query gives no spans, or the replacement is no text.</exception>
    public void Find(in JsonValue document, List<SpanReplacement> found)
    {
        foreach (var value in _span.Select(document))
        {
            if (value.Kind == JsonKind.Null)
            {
                continue;
            }

            // A query may give one list of spans, or span after span.
            if (value.TryGet(0, out var first) && first.Kind == JsonKind.Number)
            {
                Add(value, document, found);
                continue;
            }

            if (value.Kind != JsonKind.Array)
            {
                throw NotSpan(value);
            }

            var spans = new List<JsonValue>();
            value.AddChildren(spans);
            foreach (var span in spans)
            {
                Add(span, document, found);
            }
        }
    }

    private void Add(in JsonValue span, in JsonValue document, List<SpanReplacement> found)
    {
        if (span.Length != 3
            || !span.TryGet(0, out var start) || !IsOffset(start)
            || !span.TryGet(1, out var end) || !IsOffset(end) || end.Number < start.Number
            || !span.TryGet(2, out var score) || score.Kind != JsonKind.Number)
        {
            throw NotSpan(span);
        }

        if (score.Number >= _minScore && score.Number < _maxScore)
        {
            found.Add(new SpanReplacement((int)start.Number, (int)end.Number, _selector is null ? _replacement : Selected(document)));
        }
    }

    private ReadOnlyMemory<byte> Selected(in JsonValue document)
    {
        var values = _selector!.Select(document);
        return values is [{ Kind: JsonKind.String } text]
            ? text.Utf8
            : throw new FormatException($"replacement \"${_selector.Text}\" gives {(values.Count == 1 ? values[0].ToJson() : $"{values.Count} values")}, not one text");
    }

    private static bool IsOffset(in JsonValue value) => value.Kind == JsonKind.Number && value.Number is >= 0 and <= int.MaxValue && value.Number == Math.Truncate(value.Number);

    private FormatException NotSpan(in JsonValue value)
    {
        var json = value.ToJson();
        return new($"span \"{_span.Text}\" gives {(json.Length <= 60 ? json : json[..60] + "…")}, which is no [start, end, score]");
    }
}
