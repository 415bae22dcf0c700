namespace OlmoSharp.Evaluation.Execution;

/// <summary>What a generated program may use.</summary>
internal sealed record ExecutionLimits
{
    /// <summary>How long it may run, by the clock, from the start of its interpreter.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Bytes of address space of each of its processes.</summary>
    public long MemoryBytes { get; init; } = 1L << 30;

    /// <summary>How many processes and threads it may have.</summary>
    public int Processes { get; init; } = 32;

    /// <summary>Bytes that it may write to files: all together in namespaces, each file elsewhere.</summary>
    public long FileBytes { get; init; } = 16L << 20;

    /// <summary>Bytes that it may print.</summary>
    public int OutputBytes { get; init; } = 1 << 20;

    /// <summary>How many files it may have open.</summary>
    public int OpenFiles { get; init; } = 128;
}
