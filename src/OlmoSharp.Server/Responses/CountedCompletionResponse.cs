using System.Text.Json.Serialization;

namespace OlmoSharp.Server.Responses;

/// <summary>The same with a count of tokens, which is null in all events of a stream but the last.</summary>
/// <param name="Id">The name of the request.</param>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="Model">The model.</param>
/// <param name="SystemFingerprint">What beside the request the text depends on.</param>
/// <param name="Choices">The texts, or pieces of them.</param>
/// <param name="Usage">Tokens of the whole request.</param>
internal sealed record CountedCompletionResponse(string Id, long Created, string Model, string SystemFingerprint, IReadOnlyList<CompletionChoice> Choices, [property: JsonPropertyOrder(1)] Usage? Usage)
    : CompletionResponse(Id, Created, Model, SystemFingerprint, Choices);
