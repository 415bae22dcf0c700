namespace OlmoSharp.Server.Errors;

/// <summary>The body of every response that is an error.</summary>
/// <param name="Error">The error.</param>
internal sealed record ErrorResponse(ErrorDetail Error);
