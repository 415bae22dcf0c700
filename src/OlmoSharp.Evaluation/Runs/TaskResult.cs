using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Runs;

/// <summary>A model's scores in a task, with everything that they depend on.</summary>
public sealed record TaskResult
{
    /// <summary>The task's full name.</summary>
    public required string Name { get; init; }

    /// <summary>The task's hash: results of different hashes must not be compared.</summary>
    public required string Hash { get; init; }

    /// <summary>The metric that is the task's score.</summary>
    public required string Metric { get; init; }

    /// <summary>The score.</summary>
    public required MetricScore Score { get; init; }

    /// <summary>What guessing would score on average; null where that is not defined.</summary>
    public double? Chance { get; init; }

    /// <summary>All metrics by name.</summary>
    public required IReadOnlyDictionary<string, MetricScore> Metrics { get; init; }

    /// <summary>How many documents were asked.</summary>
    public required int Documents { get; init; }

    /// <summary>How many of them could not be answered. They count as wrong in accuracies, and are left out of other metrics.</summary>
    public required int Failures { get; init; }

    /// <summary>How many requests were made.</summary>
    public required int Requests { get; init; }

    /// <summary>How many of them were too long and lost their beginning.</summary>
    public required int Truncated { get; init; }

    /// <summary>The files that the documents are from.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>The SHA-256 of the examples' source; null where there is none.</summary>
    public string? FewshotSha256 { get; init; }

    /// <summary>The task's settings.</summary>
    public required TaskSpec Spec { get; init; }
}
