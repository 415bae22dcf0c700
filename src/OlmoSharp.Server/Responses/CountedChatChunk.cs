using System.Text.Json.Serialization;

namespace OlmoSharp.Server.Responses;

/// <summary>The same with a count of tokens, which is null in all events but the last.</summary>
/// <param name="Id">The name of the request.</param>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="Model">The model.</param>
/// <param name="SystemFingerprint">What beside the request the text depends on.</param>
/// <param name="Choices">Pieces of answers.</param>
/// <param name="Usage">Tokens of the whole request.</param>
internal sealed record CountedChatChunk(string Id, long Created, string Model, string SystemFingerprint, IReadOnlyList<ChatChunkChoice> Choices, [property: JsonPropertyOrder(1)] Usage? Usage)
    : ChatChunk(Id, Created, Model, SystemFingerprint, Choices);
