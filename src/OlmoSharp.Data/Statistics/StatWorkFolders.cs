namespace OlmoSharp.Data.Statistics;

/// <summary>The key <c>work_dir</c> of Dolma's <c>stat</c>.</summary>
public sealed record StatWorkFolders
{
    /// <summary>Where Dolma puts inputs fetched from elsewhere; not needed, as files are here already.</summary>
    public string? Input { get; init; }

    /// <summary>Where the summary of each shard is kept, so that it need not be read again; none: in <c>.parts</c> of the report, or nowhere.</summary>
    public string? Output { get; init; }
}
