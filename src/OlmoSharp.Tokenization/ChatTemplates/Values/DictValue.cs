namespace OlmoSharp.Tokenization.ChatTemplates.Values;

/// <summary>A dictionary, in the order of its insertions; a template cannot change it.</summary>
internal sealed class DictValue
{
    private readonly Dictionary<object, int> _places = new(ValueEquality.Instance);
    private readonly List<KeyValuePair<object?, object?>> _items = [];

    /// <summary>Keys and values.</summary>
    public IReadOnlyList<KeyValuePair<object?, object?>> Items => _items;

    /// <summary>Adds or replaces; only while it is made.</summary>
    public void Set(object? key, object? value)
    {
        if (_places.TryGetValue(ValueEquality.Boxed(key), out var place))
        {
            _items[place] = new(_items[place].Key, value);
            return;
        }

        _places.Add(ValueEquality.Boxed(key), _items.Count);
        _items.Add(new(key, value));
    }

    /// <summary>Looks a key up.</summary>
    public bool TryGet(object? key, out object? value)
    {
        var found = _places.TryGetValue(ValueEquality.Boxed(key), out var place);
        value = found ? _items[place].Value : null;
        return found;
    }
}
