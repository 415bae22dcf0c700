namespace OlmoSharp.Data.Filters;

/// <summary>An object that does not stand in one piece anywhere; its members are found when they are asked for.</summary>
internal interface IJsonMembers
{
    /// <summary>Finds a member.</summary>
    bool TryGet(JsonName name, out JsonValue value);

    /// <summary>All members, in order.</summary>
    IReadOnlyList<(ReadOnlyMemory<byte> Name, JsonValue Value)> All();
}
