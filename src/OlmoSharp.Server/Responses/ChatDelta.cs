using System.Text.Json.Serialization;

namespace OlmoSharp.Server.Responses;

/// <summary>What a piece adds to a message.</summary>
/// <param name="Role">Who speaks; in the first piece only.</param>
/// <param name="Content">More text; null in the last piece.</param>
internal sealed record ChatDelta(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Content);
