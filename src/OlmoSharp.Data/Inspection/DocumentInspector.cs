using System.Buffers;
using System.Text;
using System.Text.Json;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Filters;
using OlmoSharp.Data.Mixing;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Inspection;

/// <summary>Finds documents to look at, and joins what attribute sets say of them.</summary>
public sealed class DocumentInspector
{
    private readonly IReadOnlyList<string> _files;
    private readonly IReadOnlyList<string> _sets;
    private readonly byte[]? _id;
    private readonly FilterNames _names = new();
    private readonly DocumentQuery? _where;

    /// <summary>Prepares the search.</summary>
    /// <param name="documents">Document files: paths, folders or patterns.</param>
    /// <param name="sets">Attribute sets, whose files lie beside the documents.</param>
    /// <param name="where">A filter that documents must match: JSONPath if it begins with <c>$</c>, else jq; null: all.</param>
    /// <param name="id">The only identifier wanted; null: all.</param>
    /// <exception cref="DataException">There are no files, an attribute set is not there, or the filter has a mistake.</exception>
    public DocumentInspector(IEnumerable<string> documents, IReadOnlyList<string> sets, string? where = null, string? id = null)
    {
        _files = DocumentPatterns.Expand(documents);
        _sets = sets;
        _id = id is null ? null : Encoding.UTF8.GetBytes(id);
        _where = where is null ? null : DocumentQuery.Parse(where, where.StartsWith('$') ? FilterSyntax.Jsonpath : FilterSyntax.Jq, _names);
        if (_files.SelectMany(AttributesOf).FirstOrDefault(path => !File.Exists(path)) is { } missing)
        {
            throw new DataException($"{missing}: there is no such attribute file. Correct --attributes, or run the job that makes it.");
        }
    }

    /// <summary>Reads the documents that match, file by file.</summary>
    /// <exception cref="DataException">
    /// A file is damaged, rows do not belong together, a span lies outside its text, or the filter asks for an attribute that no row of all files has.
    /// </exception>
    public IEnumerable<InspectedDocument> Read()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in _files)
        {
            using var reader = new DocumentScanner(path);
            using var attributes = new AttributeJoin(AttributesOf(path), _names);
            var view = new DocumentView();
            var fields = JsonValue.Of(new DocumentFields(view, attributes));
            while (reader.Read(view))
            {
                attributes.Read(view);
                seen.UnionWith(_names.Attributes.Where(name => attributes.TryGet(name, out _)).Select(name => name.Text));
                if ((_id is null || view.Id.SequenceEqual(_id)) && Matches(path, view, fields))
                {
                    yield return Describe(path, view, attributes);
                }
            }

            attributes.ExpectEnd();
        }

        if (_names.Attributes.FirstOrDefault(name => !seen.Contains(name.Text)) is { } unknown)
        {
            throw new DataException($"the filter asks for attribute {unknown.Text}, which no document of these files has. Correct its name, or name its set with --attributes.");
        }
    }

    private string[] AttributesOf(string path) => [.. _sets.Select(set => AttributePaths.Of(path, set))];

    private bool Matches(string path, DocumentView view, JsonValue fields)
    {
        try
        {
            return _where is null || _where.Includes(fields);
        }
        catch (FormatException error)
        {
            throw new DataException($"{path}, line {view.LineNumber}: {error.Message}. Correct the filter.", error);
        }
    }

    private static InspectedDocument Describe(string path, DocumentView view, AttributeJoin attributes)
    {
        var fields = new List<(string, string)>();
        for (var i = 0; i < view.FieldCount; i++)
        {
            var name = Encoding.UTF8.GetString(JsonValue.Unescape(view.FieldNameMemory(i)).Span);
            if (name is not ("id" or "source" or "text" or "attributes"))
            {
                fields.Add((name, Encoding.UTF8.GetString(view.FieldValue(i))));
            }
        }

        var length = new CodePoints();
        length.Reset(view.TextMemory);
        return new InspectedDocument(
            path,
            view.LineNumber,
            Encoding.UTF8.GetString(view.Id),
            view.SourceName,
            fields,
            Encoding.UTF8.GetString(view.Text),
            [.. SpansOf(path, view, attributes, length.Count)]);
    }

    private static IEnumerable<(string Name, IReadOnlyList<AttributeSpan> Spans)> SpansOf(string path, DocumentView view, AttributeJoin attributes, int length)
    {
        var bytes = new ArrayBufferWriter<byte>();
        attributes.WriteTo(bytes);
        using var json = JsonDocument.Parse(bytes.WrittenMemory);
        foreach (var attribute in json.RootElement.EnumerateObject())
        {
            var spans = new List<AttributeSpan>();
            foreach (var span in attribute.Value.ValueKind == JsonValueKind.Array ? attribute.Value.EnumerateArray().ToArray() : [attribute.Value])
            {
                if (span.ValueKind != JsonValueKind.Array || span.GetArrayLength() != 3 || span.EnumerateArray().Any(number => number.ValueKind != JsonValueKind.Number)
                    || !span[0].TryGetInt32(out var start) || !span[1].TryGetInt32(out var end) || start < 0 || end < start || end > length)
                {
                    throw new DataException(
                        $"{path}, line {view.LineNumber}: attribute {attribute.Name} has {span.GetRawText()}, which is no [start, end, score] of a text of {length} characters. Run the job that makes it again.");
                }

                spans.Add(new AttributeSpan(start, end, span[2].GetDouble()));
            }

            yield return (attribute.Name, spans);
        }
    }
}
