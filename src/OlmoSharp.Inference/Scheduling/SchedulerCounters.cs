namespace OlmoSharp.Inference.Scheduling;

/// <summary>Counts what a scheduler does. The engine's thread changes it while it holds its lock; see <see cref="SchedulerStatistics"/> for what is counted.</summary>
internal sealed class SchedulerCounters
{
    public LatencyRecorder TimeToFirstToken { get; } = new();

    public LatencyRecorder InterTokenTime { get; } = new();

    public int Running { get; set; }

    public int Paused { get; set; }

    public int FreePositions { get; set; }

    public int CachedPositions { get; set; }

    public long PromptTokens { get; set; }

    public long CachedPromptTokens { get; set; }

    public long GeneratedTokens { get; set; }

    public long ScoredTokens { get; set; }

    public long Finished { get; set; }

    public long Cancelled { get; set; }

    public long Failed { get; set; }

    public long Preemptions { get; set; }

    public long Passes { get; set; }
}
