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

    /// <summary>Whether all values of this path lie below the values of another, as those of <c>@.a[0]</c> lie below <c>@.a</c>.</summary>
    public bool LeadsThrough(JsonPath other)
    {
        if (!_isSingle || !other._isSingle || FromRoot != other.FromRoot || other._steps.Length > _steps.Length)
        {
            return false;
        }

        for (var i = 0; i < other._steps.Length; i++)
        {
            var isSame = (_steps[i], other._steps[i]) switch
            {
                (JsonPathStep.Member mine, JsonPathStep.Member theirs) => mine.Name.Text == theirs.Name.Text,
                (JsonPathStep.Element mine, JsonPathStep.Element theirs) => mine.Index == theirs.Index,
                _ => false,
            };
            if (!isSame)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the path leads anywhere; a value of null is somewhere.</summary>
    /// <param name="root">The document.</param>
    /// <param name="current">The value that <c>@</c> is.</param>
    public bool Exists(in JsonValue root, in JsonValue current)
    {
        var start = FromRoot ? root : current;
        return _isSingle ? TryGetSingle(start, out _) : Exists(0, root, start);
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

        Find(0, root, start, found);
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

    /// <summary>Goes on from a step without collecting values, as far as the steps allow: this is what filters ask of every document.</summary>
    private bool Exists(int step, in JsonValue root, in JsonValue start)
    {
        var value = start;
        for (; step < _steps.Length; step++)
        {
            var from = value;
            switch (_steps[step])
            {
                case JsonPathStep.Member member when from.TryGet(member.Name, out value):
                case JsonPathStep.Element element when from.TryGet(element.Index, out value):
                    continue;
                case JsonPathStep.Filter filter when from.Kind != JsonKind.Array:
                    if (!filter.Condition.Holds(root, from))
                    {
                        return false;
                    }

                    value = from;
                    continue;
                case JsonPathStep.Member or JsonPathStep.Element:
                    return false;
                default:
                    var found = new List<JsonValue>();
                    Find(step, root, from, found);
                    return found.Count > 0;
            }
        }

        return true;
    }

    private void Find(int step, in JsonValue root, in JsonValue start, List<JsonValue> found)
    {
        List<JsonValue> values = [start];
        for (; step < _steps.Length; step++)
        {
            var next = new List<JsonValue>();
            _steps[step].Apply(root, values, next);
            values = next;
        }

        found.AddRange(values);
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
