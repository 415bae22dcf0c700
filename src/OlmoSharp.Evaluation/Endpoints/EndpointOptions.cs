namespace OlmoSharp.Evaluation.Endpoints;

/// <summary>Where an OpenAI-compatible service is, and how patient to be with it.</summary>
public sealed record EndpointOptions
{
    /// <summary>The address under which <c>completions</c> and <c>chat/completions</c> are, such as <c>http://localhost:8080/v1</c>.</summary>
    public required Uri Address { get; init; }

    /// <summary>The model to ask for.</summary>
    public required string Model { get; init; }

    /// <summary>Sent as a bearer token; null: none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often a request is sent again that failed for a reason that may pass: a lost connection, a time-out, too many requests, trouble of the server.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>How long to wait before the first repetition; each further one waits twice as long. A service that says how long to wait is obeyed.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(1);
}
