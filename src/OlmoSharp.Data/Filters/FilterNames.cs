namespace OlmoSharp.Data.Filters;

/// <summary>What the filters of a stream read: names of attributes and of the documents' own fields. Whatever nobody wrote can then be found before any work.</summary>
internal sealed class FilterNames
{
    private readonly List<JsonName> _attributes = [];

    /// <summary>The attributes; a name's <see cref="JsonName.Slot"/> is its place here.</summary>
    public IReadOnlyList<JsonName> Attributes => _attributes;

    /// <summary>The fields at the top of a document.</summary>
    public SortedSet<string> Fields { get; } = new(StringComparer.Ordinal);

    /// <summary>Notes that a member is read, and gives its name.</summary>
    /// <param name="place">Of which value.</param>
    /// <param name="name">The member.</param>
    public JsonName Note(JsonPlace place, string name)
    {
        switch (place)
        {
            case JsonPlace.Document:
                Fields.Add(name);
                break;
            case JsonPlace.Attributes:
                if (_attributes.Find(known => known.Text == name) is not { } attribute)
                {
                    _attributes.Add(attribute = new JsonName(name) { Slot = _attributes.Count });
                }

                return attribute;
        }

        return new JsonName(name);
    }
}
