namespace OlmoSharp.Data.Filters;

/// <summary>A filter or selector, parsed once, asked of many documents, on any number of threads.</summary>
internal sealed class DocumentQuery
{
    private readonly JsonPath? _path;
    private readonly JqNode? _program;

    private DocumentQuery(string text, JsonPath? path, JqNode? program) => (Text, _path, _program) = (text, path, program);

    /// <summary>The query as it was written.</summary>
    public string Text { get; }

    /// <summary>Parses a query.</summary>
    /// <param name="text">The query.</param>
    /// <param name="syntax">Its language.</param>
    /// <param name="names">Notes what it reads.</param>
    /// <exception cref="DataException">It has a mistake, or uses what is not known here; the message names the character.</exception>
    public static DocumentQuery Parse(string text, FilterSyntax syntax, FilterNames names)
    {
        try
        {
            return syntax == FilterSyntax.Jq ? new(text, null, JqParser.Parse(text, names)) : new(text, JsonPathParser.Parse(text, names), null);
        }
        catch (FormatException error)
        {
            throw new DataException($"{(syntax == FilterSyntax.Jq ? "jq" : "jsonpath")} \"{text}\", {error.Message}. Correct it; docs/data.md says what is known.", error);
        }
    }

    /// <summary>Whether a document matches as an include: a JSONPath that leads somewhere; a jq program that gives something, all of it worth something.</summary>
    /// <exception cref="FormatException">The program fails on this document.</exception>
    public bool Includes(in JsonValue document)
    {
        if (_path is not null)
        {
            return _path.Exists(document, document);
        }

        var outputs = Run(document);
        return outputs.Count > 0 && outputs.TrueForAll(value => value.IsSomething);
    }

    /// <summary>Whether a document matches as an exclude: a JSONPath that leads somewhere; a jq program that gives anything worth something.</summary>
    /// <exception cref="FormatException">The program fails on this document.</exception>
    public bool Excludes(in JsonValue document) => _path is not null ? _path.Exists(document, document) : Run(document).Exists(value => value.IsSomething);

    /// <summary>All values that the query gives.</summary>
    /// <exception cref="FormatException">The program fails on this document.</exception>
    public List<JsonValue> Select(in JsonValue document)
    {
        if (_program is not null)
        {
            return Run(document);
        }

        var found = new List<JsonValue>();
        _path!.Find(document, document, found);
        return found;
    }

    private List<JsonValue> Run(in JsonValue document)
    {
        var outputs = new List<JsonValue>();
        return _program!.Run(document, outputs) is { } error ? throw new FormatException($"jq \"{Text}\" fails: {error}") : outputs;
    }
}
