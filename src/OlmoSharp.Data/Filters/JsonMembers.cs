namespace OlmoSharp.Data.Filters;

/// <summary>An object that a filter made.</summary>
/// <param name="members">Its members; of equal names the last counts.</param>
internal sealed class JsonMembers(IReadOnlyList<(ReadOnlyMemory<byte> Name, JsonValue Value)> members) : IJsonMembers
{
    /// <inheritdoc/>
    public bool TryGet(JsonName name, out JsonValue value)
    {
        for (var i = members.Count - 1; i >= 0; i--)
        {
            if (members[i].Name.Span.SequenceEqual(name.Utf8))
            {
                value = members[i].Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <inheritdoc/>
    public IReadOnlyList<(ReadOnlyMemory<byte> Name, JsonValue Value)> All() => members;
}
