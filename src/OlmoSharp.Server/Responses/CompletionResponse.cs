using System.Text.Json.Serialization;

namespace OlmoSharp.Server.Responses;

/// <summary>The answer of <c>/v1/completions</c>, and an event of its stream.</summary>
/// <param name="Id">The name of the request.</param>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="Model">The model.</param>
/// <param name="SystemFingerprint">What beside the request the text depends on.</param>
/// <param name="Choices">The texts, or pieces of them.</param>
internal record CompletionResponse(string Id, long Created, string Model, string SystemFingerprint, IReadOnlyList<CompletionChoice> Choices)
{
    /// <summary>What this is.</summary>
    [JsonPropertyOrder(-1)]
    public string Object { get; } = "text_completion";
}
