using System.Text.Json.Serialization;

namespace OlmoSharp.Server.Responses;

/// <summary>The answer of <c>/v1/chat/completions</c>.</summary>
/// <param name="Id">The name of the request.</param>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="Model">The model.</param>
/// <param name="Choices">The answers.</param>
/// <param name="Usage">Tokens of the request.</param>
/// <param name="SystemFingerprint">What beside the request the text depends on.</param>
internal sealed record ChatResponse(string Id, long Created, string Model, IReadOnlyList<ChatChoice> Choices, Usage Usage, string SystemFingerprint)
{
    /// <summary>What this is.</summary>
    [JsonPropertyOrder(-1)]
    public string Object { get; } = "chat.completion";
}
