using OlmoSharp.Evaluation.Statistics;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Runs;

/// <summary>Makes suites' scores of tasks' scores.</summary>
internal static class SuiteScorer
{
    /// <summary>The suites that a name means, inner ones first; none for a task.</summary>
    /// <param name="catalog">All suites.</param>
    /// <param name="name">A task or suite.</param>
    /// <param name="scores">The tasks' scores by their full names; the suites' are added.</param>
    public static IEnumerable<SuiteResult> Score(TaskCatalog catalog, string name, IDictionary<string, MetricScore> scores)
    {
        if (!catalog.Suites.TryGetValue(name, out var suite) || scores.ContainsKey(name))
        {
            yield break;
        }

        foreach (var inner in suite.Members.SelectMany(member => Score(catalog, member, scores)))
        {
            yield return inner;
        }

        // A member may be named by another of its names.
        var members = suite.Members.Select(member => catalog.Suites.ContainsKey(member) ? member : catalog.Expand(member)[0]).Where(scores.ContainsKey).ToList();
        var means = members.ConvertAll(member => new SampleMean(scores[member].Count, scores[member].Mean, scores[member].StandardError));
        if (means.Count == 0)
        {
            yield break;
        }

        var best = means.Index().MaxBy(item => item.Item.Mean).Index;
        var score = suite.Aggregate switch
        {
            Aggregate.Macro => SampleMean.Macro(means),
            Aggregate.Micro => SampleMean.Micro(means),
            Aggregate.Max => means[best],
            _ => null,
        };
        var result = new SuiteResult(
            name, suite.Aggregate, score is null ? null : new(score.Mean, score.StandardError, score.Count),
            suite.Aggregate == Aggregate.Max ? [members[best], .. members.Where((_, place) => place != best)] : members);
        if (result.Score is { } total)
        {
            scores[name] = total;
        }

        yield return result;
    }
}
