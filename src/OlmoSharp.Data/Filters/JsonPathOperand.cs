namespace OlmoSharp.Data.Filters;

/// <summary>A side of a comparison: a path or a value that is written down.</summary>
internal sealed class JsonPathOperand
{
    private readonly JsonValue _value;
    private readonly List<JsonValue> _values;

    public JsonPathOperand(JsonPath path) => (Path, _values) = (path, []);

    public JsonPathOperand(JsonValue value) => (_value, _values) = (value, [value]);

    /// <summary>The path, if it is one.</summary>
    public JsonPath? Path { get; }

    /// <summary>The value, if it is one.</summary>
    public JsonValue? Value => Path is null ? _value : null;

    /// <summary>All values.</summary>
    public List<JsonValue> Find(in JsonValue root, in JsonValue current)
    {
        if (Path is null)
        {
            return _values;
        }

        var found = new List<JsonValue>();
        Path.Find(root, current, found);
        return found;
    }

    /// <summary>The only value.</summary>
    public bool TryGetOne(in JsonValue root, in JsonValue current, out JsonValue value)
    {
        value = _value;
        return Path?.TryGetOne(root, current, out value) ?? true;
    }
}
