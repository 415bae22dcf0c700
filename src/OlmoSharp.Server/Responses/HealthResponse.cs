namespace OlmoSharp.Server.Responses;

/// <summary>The answer of <c>/health</c>.</summary>
/// <param name="Status"><c>ok</c>, or <c>draining</c> where the server takes no new requests.</param>
internal sealed record HealthResponse(string Status);
