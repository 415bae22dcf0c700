namespace OlmoSharp.Data.Deduplication.Config;

/// <summary>The section <c>work_dir</c>.</summary>
public sealed record DedupeWorkFolders
{
    /// <summary>Where Dolma keeps downloads; nothing is downloaded here, so that nothing is kept there.</summary>
    public string? Input { get; init; }

    /// <summary>Where hashes and verdicts lie until the job is done, on a disk that all processes share; none: a hidden folder among the attributes.</summary>
    public string? Output { get; init; }
}
