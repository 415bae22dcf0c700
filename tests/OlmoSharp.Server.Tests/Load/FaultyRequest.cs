namespace OlmoSharp.Server.Tests.Load;

/// <summary>A request for a completion that is wrong, and the error that it must get.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Status">The HTTP status code of the answer.</param>
/// <param name="Code">The code of the error.</param>
/// <param name="Body">The request's body.</param>
/// <param name="HasWrongKey">Whether its key is none of the server's.</param>
internal sealed record FaultyRequest(string Kind, int Status, string Code, string Body, bool HasWrongKey = false)
{
    /// <summary>Requests of all kinds.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="context">Its tokens.</param>
    /// <param name="maximumBody">Bytes that the server takes, more than a megabyte.</param>
    public static FaultyRequest[] All(string model, int context, int maximumBody)
    {
        var start = $"{{\"model\": \"{model}\", \"prompt\": ";
        return
        [
            new("malformed JSON", 400, "invalid_json", start),
            new("oversize body", 413, "request_too_large", $"{start}\"{new string('x', maximumBody)}\"}}"),
            new("unknown model", 404, "model_not_found", """{"model": "other", "prompt": "a"}"""),
            new("too long a prompt", 400, "context_length_exceeded", $"{start}\"{string.Concat(Enumerable.Repeat("7 ", context))}\"}}"),
            new("NaN", 400, "invalid_value", $"{start}\"a\", \"temperature\": NaN}}"),
            new("stop string of 1 MB", 400, "string_above_max_length", $"{start}\"a\", \"stop\": \"{new string('s', 1 << 20)}\"}}"),
            new("wrong type", 400, "invalid_type", $"{start}{{}}}}"),
            new("unsupported parameter", 400, "unsupported_parameter", $"{start}\"a\", \"suffix\": \"b\"}}"),
            new("wrong key", 401, "invalid_api_key", $"{start}\"a\"}}", HasWrongKey: true),
        ];
    }
}
