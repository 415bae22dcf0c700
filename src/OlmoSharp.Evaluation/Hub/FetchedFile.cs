namespace OlmoSharp.Evaluation.Hub;

/// <summary>A file that was downloaded.</summary>
public sealed record FetchedFile
{
    /// <summary>Where it is, below the data folder.</summary>
    public required string File { get; init; }

    /// <summary>The dataset, as tasks call it.</summary>
    public required string Dataset { get; init; }

    /// <summary>The configuration; empty where there is none.</summary>
    public required string Config { get; init; }

    /// <summary>The split.</summary>
    public required string Split { get; init; }

    /// <summary>The repository that it is from.</summary>
    public required string Repository { get; init; }

    /// <summary>The revision that was asked for.</summary>
    public required string Revision { get; init; }

    /// <summary>The commit that it was.</summary>
    public required string Commit { get; init; }

    /// <summary>Its path in the repository.</summary>
    public required string Path { get; init; }

    /// <summary>Its bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Its checksum.</summary>
    public required FileChecksum Checksum { get; init; }

    /// <summary>When it was downloaded, in UTC; null while it is not.</summary>
    public DateTimeOffset? Fetched { get; init; }
}
