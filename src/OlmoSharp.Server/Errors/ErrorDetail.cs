namespace OlmoSharp.Server.Errors;

/// <summary>What is wrong with a request, in the words of OpenAI's API.</summary>
/// <param name="Message">What is wrong and what to do.</param>
/// <param name="Type">The kind of error, such as <c>invalid_request_error</c>.</param>
/// <param name="Param">The parameter that is wrong, such as <c>messages[0].role</c>; null where it is none.</param>
/// <param name="Code">What a program can tell errors apart by; null where there is no code.</param>
internal sealed record ErrorDetail(string Message, string Type, string? Param, string? Code);
