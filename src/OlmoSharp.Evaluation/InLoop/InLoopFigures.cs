using OlmoSharp.Evaluation.Runs;

namespace OlmoSharp.Evaluation.InLoop;

/// <summary>
/// Figures of tasks under the names that OLMo-core logs them by: <c>eval/downstream/LABEL (accuracy v2)</c> and so on. Its <c>v2</c> means as OLMES counts, with the space before a continuation.
/// </summary>
internal static class InLoopFigures
{
    /// <summary>The name of the total time, and the beginning of each task's.</summary>
    public const string Duration = "eval_duration";

    private const string Prefix = "eval/downstream/";

    // Soft losses are OLMo's names for the probability of the right choice among all, and its logarithm. Of PMI-DC OLMo has the ratio of two logarithms, of which the largest is the least likely; ours
    // is their difference, as OLMES has it.
    private static readonly Dictionary<string, string> Kinds = new()
    {
        ["acc_raw"] = "accuracy v2",
        ["acc_per_char"] = "length-normalized accuracy v2",
        ["acc_uncond"] = "PMI-DC accuracy v2",
        ["bits_per_byte"] = "BPB v2",
        ["bits_per_byte_corr"] = "BPB v2",
        ["logits_per_char"] = CrossEntropy,
        ["logits_per_char_corr"] = CrossEntropy,
        ["soft"] = "soft loss v2",
        ["soft_log"] = "log soft loss v2",
        ["f1"] = "F1 score v2",
    };

    private const string CrossEntropy = "CE loss v2";

    /// <summary>The name of a metric of a task.</summary>
    public static string Name(string label, string metric) => Named(label, Kinds.GetValueOrDefault(metric, metric));

    /// <summary>Whether a metric is logged with the other sign: OLMo's cross entropy is of a character, and a loss.</summary>
    public static bool IsNegated(string metric) => Kinds.GetValueOrDefault(metric) == CrossEntropy;

    /// <summary>A task's figures: its own score with the standard error, and every metric that OLMo-core has a name for.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Of(string label, TaskResult result)
    {
        foreach (var (metric, score) in result.Metrics.Where(pair => Kinds.ContainsKey(pair.Key) || pair.Key == result.Metric))
        {
            yield return new(Name(label, metric), IsNegated(metric) ? -score.Mean : score.Mean);
        }

        foreach (var figure in Error(label, result.Score))
        {
            yield return figure;
        }

        if (result.Failures > 0)
        {
            yield return new(Named(label, "failures"), result.Failures);
        }
    }

    /// <summary>A suite's figures.</summary>
    /// <param name="suite">The suite.</param>
    /// <param name="metrics">The metrics of its members.</param>
    public static IEnumerable<KeyValuePair<string, double>> Of(SuiteResult suite, IEnumerable<string> metrics)
    {
        if (suite.Score is not { } score)
        {
            return [];
        }

        List<string> kinds = [.. metrics.Select(metric => Kinds.GetValueOrDefault(metric, metric)).Distinct()];
        return [new(Named(suite.Name, kinds is [var kind] ? kind : "score"), kinds is [CrossEntropy] ? -score.Mean : score.Mean), .. Error(suite.Name, score)];
    }

    private static IEnumerable<KeyValuePair<string, double>> Error(string label, MetricScore score) =>
        score.StandardError is { } error ? [new(Named(label, "standard error"), error)] : [];

    private static string Named(string label, string kind) => $"{Prefix}{label} ({kind})";
}
