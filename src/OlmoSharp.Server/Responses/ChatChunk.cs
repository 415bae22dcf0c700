using System.Text.Json.Serialization;

namespace OlmoSharp.Server.Responses;

/// <summary>An event of a stream of <c>/v1/chat/completions</c>.</summary>
/// <param name="Id">The name of the request.</param>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="Model">The model.</param>
/// <param name="SystemFingerprint">What beside the request the text depends on.</param>
/// <param name="Choices">Pieces of answers.</param>
internal record ChatChunk(string Id, long Created, string Model, string SystemFingerprint, IReadOnlyList<ChatChunkChoice> Choices)
{
    /// <summary>What this is.</summary>
    [JsonPropertyOrder(-1)]
    public string Object { get; } = "chat.completion.chunk";
}
