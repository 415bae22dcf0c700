using System.Text;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Filters;
using OlmoSharp.Data.Taggers;

namespace OlmoSharp.Data.Mixing;

/// <summary>
/// Looks whether what a stream's filters and replacements name is there at all: an attribute must stand in a row of the stream's attribute files (or in a
/// document itself), a field in a document. A row may lack it; but a name that no row has is a mistake, and a filter on it would let everything pass.
/// What a known tagger can say counts as there where the tagger has said anything else, as it writes nothing where it finds nothing. Reading stops as soon as all names were seen, which is nearly always at the first rows.
/// </summary>
internal sealed class NameSurvey
{
    private static readonly string[] KnownFields = ["id", "text", "source", "added", "created", "metadata", "version", "attributes"];

    private readonly MixStream _stream;
    private readonly IReadOnlyList<MixInput> _inputs;

    // With what the names begin that the same tagger writes; null where the tagger is unknown.
    private readonly Dictionary<string, string?> _missing;
    private readonly HashSet<string> _missingFields;
    private readonly SortedSet<string> _seen = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _seenFields = new(StringComparer.Ordinal);

    private NameSurvey(MixStream stream, IReadOnlyList<MixInput> inputs)
    {
        _stream = stream;
        _inputs = inputs;
        var catalog = new TaggerCatalog();
        _missing = stream.Names.Attributes.Select(name => name.Text).Except(stream.Config.MayBeAbsent).ToDictionary(name => name, name => TaggerOf(name, catalog), StringComparer.Ordinal);
        _missingFields = [.. stream.Names.Fields.Except(KnownFields)];
    }

    /// <summary>Looks.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="skipsBrokenLines">Whether lines that are no documents are passed over; whoever reads the documents next sets them aside.</param>
    /// <exception cref="DataException">A name is nowhere; the message has the nearest that is.</exception>
    public static void Check(MixStream stream, IReadOnlyList<MixInput> inputs, bool skipsBrokenLines)
    {
        var survey = new NameSurvey(stream, inputs);
        survey.ReadAttributes();
        survey.ReadDocuments(skipsBrokenLines ? new QuarantineFile(Stream.Null) : null);
        survey.Report();
    }

    private void ReadAttributes()
    {
        foreach (var path in _inputs.SelectMany(input => input.Attributes))
        {
            if (_missing.Count == 0)
            {
                return;
            }

            using var reader = new AttributeReader(path);
            var view = new AttributeView();
            while (_missing.Count > 0 && reader.TryRead(view))
            {
                for (var i = 0; i < view.Count; i++)
                {
                    SeeAttribute(view.Name(i));
                }
            }
        }
    }

    private void ReadDocuments(QuarantineFile? quarantine)
    {
        foreach (var input in _inputs)
        {
            if (_missing.Count == 0 && _missingFields.Count == 0)
            {
                return;
            }

            using var reader = new DocumentScanner(input.Documents, quarantine);
            var view = new DocumentView();
            while ((_missing.Count > 0 || _missingFields.Count > 0) && reader.Read(view))
            {
                for (var i = 0; i < view.FieldCount; i++)
                {
                    var field = Text(view.FieldNameMemory(i));
                    _seenFields.Add(field);
                    _missingFields.Remove(field);
                }

                if (view.FindField("attributes"u8) is >= 0 and var own && view.FieldValue(own)[0] == '{')
                {
                    var attributes = view.FieldValueMemory(own);
                    var parts = new JsonParts(attributes.Span);
                    while (parts.MoveNext())
                    {
                        SeeAttribute(attributes.Slice(parts.Name.Start, parts.Name.Length));
                    }
                }
            }
        }
    }

    private void SeeAttribute(ReadOnlyMemory<byte> written)
    {
        var name = Text(written);
        if (_seen.Add(name))
        {
            foreach (var (missing, _) in _missing.Where(pair => pair.Key == name || (pair.Value is { } tagger && name.StartsWith(tagger, StringComparison.Ordinal))).ToList())
            {
                _missing.Remove(missing);
            }
        }
    }

    private static string Text(ReadOnlyMemory<byte> written) => Encoding.UTF8.GetString(JsonValue.Unescape(written).Span);

    /// <summary>With what the names of the tagger begin that can write a name, such as <c>experiment__pii_v1__</c>.</summary>
    private static string? TaggerOf(string name, TaggerCatalog catalog)
    {
        var known = from tagger in catalog.All
                    where tagger.Parameters is null && name.Contains(AttributeName.Join("", tagger.Name, ""), StringComparison.Ordinal)
                    from type in tagger.Load(null)().Types
                    let end = AttributeName.Join("", tagger.Name, type)
                    where name.EndsWith(end, StringComparison.Ordinal)
                    select name[..^end.Length] + AttributeName.Join("", tagger.Name, "");
        return known.FirstOrDefault();
    }

    private void Report()
    {
        if (_stream.Names.Attributes.FirstOrDefault(name => _missing.ContainsKey(name.Text)) is { } attribute)
        {
            var sets = _stream.Config.Attributes.Count == 0 ? "no attribute sets are loaded, and no document has it itself" : $"no row of the sets {string.Join(", ", _stream.Config.Attributes)} has it";
            throw new DataException(
                $"streams[{_stream.Index}] ({_stream.Config.Name}): a filter or span_replacement names the attribute {attribute.Text}, but {sets}.{Nearest(attribute.Text, _seen)} Correct the name, load its set under attributes, or name it under may_be_absent.");
        }

        if (_missingFields.Order(StringComparer.Ordinal).FirstOrDefault() is { } field)
        {
            throw new DataException(
                $"streams[{_stream.Index}] ({_stream.Config.Name}): a filter or span_replacement names the field {field}, but no document has it.{Nearest(field, _seenFields)} Correct the name.");
        }
    }

    private static string Nearest(string name, IReadOnlyCollection<string> seen)
    {
        var nearest = seen.OrderBy(other => NearestName.Distance(name, other)).ThenBy(other => other, StringComparer.Ordinal).Take(3).ToList();
        return nearest.Count == 0 ? "" : $" The nearest that {(nearest.Count == 1 ? "is" : "are")} there: {string.Join(", ", nearest)}.";
    }
}
