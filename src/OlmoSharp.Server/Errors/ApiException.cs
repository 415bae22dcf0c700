using Microsoft.AspNetCore.Http;

namespace OlmoSharp.Server.Errors;

/// <summary>Ends a request with an error of OpenAI's API.</summary>
/// <param name="status">The HTTP status code.</param>
/// <param name="type">The kind of error.</param>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="param">The parameter that is wrong; null: none.</param>
/// <param name="code">What a program can tell errors apart by.</param>
internal sealed class ApiException(int status, string type, string message, string? param = null, string? code = null) : Exception(message)
{
    private const string InvalidRequest = "invalid_request_error";
    private const string ServerError = "server_error";

    /// <summary>The HTTP status code.</summary>
    public int Status => status;

    /// <summary>Seconds after which trying again may help; null where nothing is known.</summary>
    public int? RetryAfter { get; private init; }

    /// <summary>Whether the same request would fail again, so that clients should not repeat it of themselves.</summary>
    public bool IsFinal { get; private init; }

    /// <summary>What the client is told.</summary>
    public ErrorDetail Detail => new(Message, type, param, code);

    /// <summary>A request that is wrong in itself.</summary>
    public static ApiException Invalid(string? param, string message, string? code = "invalid_value") => new(StatusCodes.Status400BadRequest, InvalidRequest, message, param, code);

    /// <summary>A parameter that means something but that this server does not support.</summary>
    public static ApiException Unsupported(string param, string reason) =>
        Invalid(param, $"'{param}' is not supported by this server: {reason}.", "unsupported_parameter");

    /// <summary>A parameter that must be there.</summary>
    public static ApiException Missing(string param) => Invalid(param, $"Missing required parameter: '{param}'.", "missing_required_parameter");

    /// <summary>A value of another JSON type.</summary>
    public static ApiException WrongType(string param, string expected, string actual) =>
        Invalid(param, $"Invalid type for '{param}': expected {expected}, but got {actual} instead.", "invalid_type");

    /// <summary>More tokens than the model has room for.</summary>
    public static ApiException ContextExceeded(string param, string message) => Invalid(param, message, "context_length_exceeded");

    /// <summary>An address or model that is not there.</summary>
    public static ApiException NotFound(string message, string code, string? param = null) => new(StatusCodes.Status404NotFound, InvalidRequest, message, param, code);

    /// <summary>An address that does not take this method.</summary>
    public static ApiException MethodNotAllowed(string message) => new(StatusCodes.Status405MethodNotAllowed, InvalidRequest, message, code: "method_not_allowed");

    /// <summary>A body that took too long to arrive.</summary>
    public static ApiException BodyTooSlow() =>
        new(StatusCodes.Status408RequestTimeout, InvalidRequest, "The request body arrived too slowly.", code: "request_timeout");

    /// <summary>A body that is too large.</summary>
    /// <param name="most">Bytes that it may have.</param>
    public static ApiException BodyTooLarge(long most) => new(
        StatusCodes.Status413PayloadTooLarge, InvalidRequest, $"The request body has more than the {most} bytes that this server takes (--max-body).", code: "request_too_large");

    /// <summary>A body that is not JSON.</summary>
    public static ApiException UnsupportedMediaType(string message) => new(StatusCodes.Status415UnsupportedMediaType, InvalidRequest, message, code: "unsupported_media_type");

    /// <summary>A request whose API key is missing or none of the server's.</summary>
    public static ApiException Unauthorized(string message, string code) => new(StatusCodes.Status401Unauthorized, InvalidRequest, message, code: code);

    /// <summary>A request that came by a name that is not this server's.</summary>
    public static ApiException ForeignHost() => new(
        StatusCodes.Status403Forbidden,
        InvalidRequest,
        "Without API keys this server answers only to 'localhost' and IP addresses, so that web pages cannot reach it under a name of theirs. Call it by its IP address, or start it with --api-key.",
        code: "forbidden_host");

    /// <summary>Too many requests wait already.</summary>
    public static ApiException QueueFull(string message) =>
        new(StatusCodes.Status429TooManyRequests, "requests", message, code: "rate_limit_exceeded") { RetryAfter = 1 };

    /// <summary>The server takes no new requests, because it is about to end.</summary>
    public static ApiException Draining() =>
        new(StatusCodes.Status503ServiceUnavailable, ServerError, "The server is shutting down and takes no new requests.", code: "server_shutting_down") { RetryAfter = 5 };

    /// <summary>The server ended before the request.</summary>
    public static ApiException Stopped() =>
        new(StatusCodes.Status503ServiceUnavailable, ServerError, "The server shut down before the request was done.", code: "server_shutting_down") { RetryAfter = 5 };

    /// <summary>The request took longer than it may.</summary>
    public static ApiException TimedOut(TimeSpan limit) => new(
        StatusCodes.Status504GatewayTimeout,
        ServerError,
        FormattableString.Invariant($"The request took longer than the {limit.TotalSeconds} seconds that this server allows (--request-timeout); ask for fewer tokens."),
        code: "timeout")
    {
        IsFinal = true,
    };

    /// <summary>A failure that is not the client's.</summary>
    public static ApiException Internal() =>
        new(StatusCodes.Status500InternalServerError, ServerError, "The server failed to process the request; its log says why.", code: "internal_error") { IsFinal = true };
}
