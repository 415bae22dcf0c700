namespace OlmoSharp.Evaluation.Hub;

/// <summary>Where datasets are downloaded from, and how patient to be.</summary>
public sealed record HubOptions
{
    /// <summary>The Hugging Face Hub.</summary>
    public const string DefaultAddress = "https://huggingface.co";

    /// <summary>The hub, or another server of its layout.</summary>
    public Uri Address { get; init; } = new(DefaultAddress);

    /// <summary>Sent as a bearer token to the hub's own host, and to no other that it redirects to; null: none.</summary>
    public string? Token { get; init; }

    /// <summary>How often in a row a request or download may fail for a reason that may pass.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>The wait before the first repetition; each further one waits twice as long. A hub that says how long to wait is obeyed.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long nothing may come before a connection is given up.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(60);
}
