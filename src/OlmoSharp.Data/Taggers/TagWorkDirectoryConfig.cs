namespace OlmoSharp.Data.Taggers;

/// <summary>The key <c>work_dir</c> of Dolma's <c>tag</c>: accepted, and not needed.</summary>
public sealed record TagWorkDirectoryConfig
{
    /// <summary>Where Dolma puts inputs fetched from elsewhere; documents here are files already.</summary>
    public string? Input { get; init; }

    /// <summary>Where Dolma keeps what is done; here that is the manifest beside each output.</summary>
    public string? Output { get; init; }
}
