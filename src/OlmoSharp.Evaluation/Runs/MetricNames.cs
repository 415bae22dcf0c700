namespace OlmoSharp.Evaluation.Runs;

/// <summary>What is known of a metric by its name.</summary>
internal static class MetricNames
{
    private static readonly string[] LowerIsBetter = ["bits_per_byte", "ppl_"];
    private static readonly string[] NotAccuracies = ["bits_per_byte", "ppl_", "sum_logits", "logits_per_", "num_", "soft"];

    /// <summary>Whether a metric is a share of right answers, from 0 to 1.</summary>
    public static bool IsAccuracy(string metric) => !NotAccuracies.Any(name => metric.StartsWith(name, StringComparison.Ordinal));

    /// <summary>Whether an answer alone can only be right or wrong by it: F1 knows degrees.</summary>
    public static bool IsRightOrWrong(string metric) => IsAccuracy(metric) && metric != "f1";

    /// <summary>Whether more of it is better.</summary>
    public static bool IsHigherBetter(string metric) => !LowerIsBetter.Any(name => metric.StartsWith(name, StringComparison.Ordinal));

    /// <summary>The metric that a task means: OLMES writes those of the right choice with <c>_corr</c>. Null if there is none.</summary>
    public static string? Find(string metric, IReadOnlyCollection<string> names) =>
        names.Contains(metric) ? metric : names.Contains(metric + "_corr") ? metric + "_corr" : null;
}
