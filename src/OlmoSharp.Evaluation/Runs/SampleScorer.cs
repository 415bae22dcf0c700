using OlmoSharp.Evaluation.Documents;
using OlmoSharp.Evaluation.Metrics.Samples;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Runs;

/// <summary>Scores the generated texts of a document together.</summary>
internal static class SampleScorer
{
    // Counting all choices of samples takes n³ steps.
    private const int MostVoters = 128;

    /// <summary>
    /// The values by metric, and what was read from the first text. Of several texts each metric is the mean; where it is right or wrong by its name, for all documents of a task alike, <c>pass_at_k</c> and, for answers that can be told
    /// apart, <c>maj_at_k</c> are added, for k = 1, 2, 4, … and all of them.
    /// </summary>
    /// <param name="spec">The task.</param>
    /// <param name="document">The document.</param>
    /// <param name="texts">Its generated texts, at least one.</param>
    public static (IReadOnlyDictionary<string, double> Values, string? Extracted) Score(TaskSpec spec, EvaluationDocument document, IReadOnlyList<string> texts)
    {
        List<(IReadOnlyDictionary<string, double> Values, string? Extracted)> samples = [.. texts.Select(text => TextScorer.Score(spec, document, text))];
        if (samples.Count == 1)
        {
            return samples[0];
        }

        var values = samples[0].Values.Keys.ToDictionary(name => name, name => samples.Average(sample => sample.Values[name]));
        // The metric may be one of those that only several samples have.
        var name = values.ContainsKey(spec.Metric) ? spec.Metric : values.Keys.First();
        double[] right = [.. samples.Select(sample => sample.Values[name])];
        if (MetricNames.IsRightOrWrong(name))
        {
            var correct = right.Count(value => value == 1);
            foreach (var k in Sizes(texts.Count))
            {
                values[$"pass_at_{k}"] = PassAtK.Estimate(texts.Count, correct, k);
            }
        }

        if (TextScorer.SameAnswer(spec) is { } same)
        {
            foreach (var (k, value) in Majorities([.. samples.Select(sample => sample.Extracted!)], right, same))
            {
                values[$"maj_at_{k}"] = value;
            }
        }

        return (values, samples[0].Extracted);
    }

    private static IEnumerable<(int K, double Value)> Majorities(IReadOnlyList<string> answers, double[] right, Func<string, string, bool> same)
    {
        List<(int Votes, double Value)> groups = [.. MajorityVote.Group(answers, same).Select(group => (group.Count, group.Average(place => right[place])))];
        var estimates = MajorityVote.Estimate(groups, Math.Min(answers.Count, MostVoters));
        var most = groups.Max(group => group.Votes);
        return Sizes(answers.Count).Select(k => (k, k <= estimates.Length ? estimates[k - 1] : groups.Where(group => group.Votes == most).Average(group => group.Value)));
    }

    private static IEnumerable<int> Sizes(int samples)
    {
        for (var k = 1; k < samples && k <= MostVoters; k *= 2)
        {
            yield return k;
        }

        yield return samples;
    }
}
