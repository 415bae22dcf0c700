namespace OlmoSharp.Inference.Scheduling;

/// <summary>What a scheduler is doing and has done since it started.</summary>
public sealed record SchedulerStatistics
{
    /// <summary>Texts, and scoring and embedding requests, that run now.</summary>
    public required int Running { get; init; }

    /// <summary>Requests that wait now for their first turn.</summary>
    public required int Waiting { get; init; }

    /// <summary>Texts that have begun but do not run now: they wait for memory or a place again, or for their reader.</summary>
    public required int Paused { get; init; }

    /// <summary>Positions that the engine's caches have room for.</summary>
    public required int Positions { get; init; }

    /// <summary>Positions that nobody holds.</summary>
    public required int FreePositions { get; init; }

    /// <summary>Positions that the prefix cache holds, some perhaps together with running texts; they are given up as others need them.</summary>
    public required int CachedPositions { get; init; }

    /// <summary>Tokens of the prompts that began.</summary>
    public required long PromptTokens { get; init; }

    /// <summary>Those of them that did not have to be computed, because an earlier or running text begins like them.</summary>
    public required long CachedPromptTokens { get; init; }

    /// <summary>Tokens generated.</summary>
    public required long GeneratedTokens { get; init; }

    /// <summary>Tokens computed for scoring and embeddings.</summary>
    public required long ScoredTokens { get; init; }

    /// <summary>Requests answered to the end.</summary>
    public required long Finished { get; init; }

    /// <summary>Requests that their callers gave up.</summary>
    public required long Cancelled { get; init; }

    /// <summary>Requests that failed while they ran.</summary>
    public required long Failed { get; init; }

    /// <summary>Requests refused because too many waited.</summary>
    public required long Rejected { get; init; }

    /// <summary>How often a running text gave up its cache to another.</summary>
    public required long Preemptions { get; init; }

    /// <summary>Passes over the weights.</summary>
    public required long Passes { get; init; }

    /// <summary>From a request to its first token.</summary>
    public required LatencyHistogram TimeToFirstToken { get; init; }

    /// <summary>From a token of a text to its next.</summary>
    public required LatencyHistogram InterTokenTime { get; init; }
}
