namespace OlmoSharp.Server.Responses;

/// <summary>The answer of <c>/detokenize</c>.</summary>
/// <param name="Prompt">The text.</param>
internal sealed record DetokenizeResponse(string Prompt);
