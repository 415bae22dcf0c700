using System.Globalization;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Statistics;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Perplexity;

/// <summary>Perplexities by source and subdomain, and of all texts.</summary>
public sealed record PerplexityReport
{
    /// <summary>How texts are divided into windows, for people.</summary>
    public required string Rule { get; init; }

    /// <summary>All texts: sums over sums, so that a source weighs as much as it has text.</summary>
    public required PerplexityGroup Overall { get; init; }

    /// <summary>Each source, in the order of the tasks.</summary>
    public required IReadOnlyList<PerplexityGroup> Sources { get; init; }

    /// <summary>Each subdomain of each source, <c>SOURCE__SUBDOMAIN</c>; texts without one make up one of their source's name.</summary>
    public required IReadOnlyList<PerplexityGroup> Subdomains { get; init; }

    /// <summary>For each metric the plain mean over <see cref="Sources"/>, each weighing the same, with the standard error √Σ SE²/k.</summary>
    public required IReadOnlyDictionary<string, MetricScore> SourceMeans { get; init; }

    /// <summary>The same over <see cref="Subdomains"/>.</summary>
    public required IReadOnlyDictionary<string, MetricScore> SubdomainMeans { get; init; }

    /// <summary>Sums up the texts of tasks, each of which is a source.</summary>
    /// <param name="tasks">The tasks and their texts' scores.</param>
    /// <param name="model">How the model was asked.</param>
    internal static PerplexityReport Of(IReadOnlyList<(TaskResult Task, IReadOnlyList<InstanceScore> Texts)> tasks, IReadOnlyDictionary<string, string> model)
    {
        List<PerplexityGroup> sources = [.. tasks.Select(item => PerplexityGroup.Of(SourceOf(item.Task), item.Texts))];
        List<PerplexityGroup> subdomains =
        [
            .. tasks.SelectMany(item => item.Texts.GroupBy(text => text.Group).Select(group =>
                PerplexityGroup.Of(group.Key is null ? SourceOf(item.Task) : $"{SourceOf(item.Task)}__{group.Key}", [.. group]))),
        ];
        return new()
        {
            Rule = RuleOf([.. tasks.Select(item => item.Task.Spec)], model),
            Overall = PerplexityGroup.Of("all", [.. tasks.SelectMany(item => item.Texts)]),
            Sources = sources,
            Subdomains = subdomains,
            SourceMeans = Means(sources),
            SubdomainMeans = Means(subdomains),
        };
    }

    private static string SourceOf(TaskResult task) => task.Spec.Subset.Length > 0 ? task.Spec.Subset : task.Spec.Task;

    private static string RuleOf(List<TaskSpec> specs, IReadOnlyDictionary<string, string> model)
    {
        if (model.GetValueOrDefault("prompts") == "text")
        {
            return "the service reads each text whole: no windows, and no token before a text but what the service itself puts there; nothing is predicted after a text's end";
        }

        // A service whose limit is not known gets windows as the tasks have them.
        _ = int.TryParse(model.GetValueOrDefault("context_length"), NumberStyles.None, CultureInfo.InvariantCulture, out var context);
        var windows = specs.Select(spec => context > 0 ? Math.Min(spec.MaxLength, context) : spec.MaxLength).Distinct();
        var prefix = model.TryGetValue("prefix_token", out var id) ? $" ({id})" : "";
        var end = specs.Exists(spec => spec.Compat.Contains(Compatibility.EndOfText)) ? "the end-of-text token after a shard's document is predicted, too" : "nothing is predicted after a text's end";
        return $"windows of at most {string.Join(" or ", windows)} tokens that do not overlap, each predicted after one token: the first of a text after the end-of-text token{prefix}, "
            + $"the next ones after the last token of the window before; {end}";
    }

    private static Dictionary<string, MetricScore> Means(List<PerplexityGroup> groups)
    {
        List<IReadOnlyDictionary<string, MetricScore>> scored = [.. groups.Select(group => group.Metrics).Where(metrics => metrics.Count > 0)];
        return scored.SelectMany(metrics => metrics.Keys).Distinct().ToDictionary(name => name, name =>
        {
            var mean = SampleMean.Macro([.. scored.Where(metrics => metrics.ContainsKey(name)).Select(metrics => metrics[name]).Select(score => new SampleMean(score.Count, score.Mean, score.StandardError))]);
            return new MetricScore(mean.Mean, mean.StandardError, mean.Count);
        });
    }
}
