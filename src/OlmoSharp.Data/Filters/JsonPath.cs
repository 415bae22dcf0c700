namespace OlmoSharp.Data.Filters;

/// <summary>
/// A JSONPath in the dialect of Dolma's configs: <c>$.attributes[?(@.name &amp;&amp; @.name[0][2] &gt;= 0.5)]</c>. A condition in <c>[?(…)]</c> is asked of each
/// element of an array, and of anything else as a whole, so that <c>@</c> behind <c>$.attributes</c> is all attributes of the document.
/// </summary>
internal sealed class JsonPath
{
    private readonly JsonPathStep[] _steps;
    private readonly bool _isSingle;

    /// <summary>Makes a path.</summary>
    /// <param name="fromRoot">Whether it begins at the document, <c>$</c>, and not at the current value, <c>@</c>.</param>
    /// <param name="steps">The steps.</param>
    public JsonPath(bool fromRoot, IReadOnlyList<JsonPathStep> steps)
    {
        FromRoot = fromRoot;
        _steps = [.. steps];
        _isSingle = _steps.All(step => step is JsonPathStep.Member or JsonPathStep.Element);
    }

    /// <summary>Whether the path begins at the document.</summary>
    public bool FromRoot { get; }

    /// <summary>Whether the path leads anywhere; a value of null is somewhere.</summary>
    /// <param name="root">The document.</param>
    /// <param name="current">The value that <c>@</c> is.</param>
    public bool Exists(in JsonValue root, in JsonValue current)
    {
        if (_isSingle)
        {
            return TryGetSingle(FromRoot ? root : current, out _);
        }

        var found = new List<JsonValue>();
        Find(root, current, found);
        return found.Count > 0;
    }

    /// <summary>Adds the values to which the path leads, in the order of the document.</summary>
    public void Find(in JsonValue root, in JsonValue current, List<JsonValue> found)
    {
        var start = FromRoot ? root : current;
        if (_isSingle)
        {
            if (TryGetSingle(start, out var value))
            {
                found.Add(value);
            }

            return;
        }

        List<JsonValue> values = [start];
        foreach (var step in _steps)
        {
            var next = new List<JsonValue>();
            step.Apply(root, values, next);
            values = next;
        }

        found.AddRange(values);
    }

    /// <summary>The only value to which the path leads.</summary>
    /// <returns>False where there is none, or more than one.</returns>
    public bool TryGetOne(in JsonValue root, in JsonValue current, out JsonValue value)
    {
        if (_isSingle)
        {
            return TryGetSingle(FromRoot ? root : current, out value);
        }

        var found = new List<JsonValue>();
        Find(root, current, found);
        value = found.Count == 1 ? found[0] : default;
        return found.Count == 1;
    }

    private bool TryGetSingle(in JsonValue start, out JsonValue value)
    {
        value = start;
        foreach (var step in _steps)
        {
            var from = value;
            if (!(step is JsonPathStep.Member member ? from.TryGet(member.Name, out value) : from.TryGet(((JsonPathStep.Element)step).Index, out value)))
            {
                return false;
            }
        }

        return true;
    }
}
