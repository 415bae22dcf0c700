namespace OlmoSharp.Data.Jobs;

/// <summary>One unit of a job: the files that are read and the files that come of them. Its outputs depend on nothing else but the job's settings.</summary>
public sealed record ShardTask
{
    /// <summary>The files read.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>The files written. The task's manifest is named after the first.</summary>
    public required IReadOnlyList<string> Outputs { get; init; }
}
