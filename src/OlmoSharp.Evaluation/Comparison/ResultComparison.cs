using OlmoSharp.Evaluation.Judging;
using OlmoSharp.Evaluation.Perplexity;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Statistics;

namespace OlmoSharp.Evaluation.Comparison;

/// <summary>The results of several models beside each other.</summary>
/// <param name="Models">The models, in the order given.</param>
/// <param name="Rows">Suites and tasks.</param>
/// <param name="Notes">What must be known to read them, such as tasks that differ.</param>
public sealed record ResultComparison(IReadOnlyList<string> Models, IReadOnlyList<ComparisonRow> Rows, IReadOnlyList<string> Notes)
{
    // What is called a difference.
    private const double Size = 0.05;

    /// <summary>Compares folders of results; the first is what the others are compared with.</summary>
    /// <param name="folders">The output folders of evaluations.</param>
    /// <param name="published">Models whose published scores stand beside, by parts of their names; empty for none.</param>
    /// <exception cref="EvaluationException">A folder has no sound results.</exception>
    public static ResultComparison Of(IReadOnlyList<string> folders, IReadOnlyCollection<string> published)
    {
        List<EvaluationResults> results = [.. folders.Select(EvaluationResults.Read)];
        var known = published.Count == 0 ? null : PublishedScores.Load();
        List<string> notes = [];
        List<ComparisonRow> rows = [];
        foreach (var name in results.SelectMany(result => result.Suites.Select(suite => suite.Name)).Distinct())
        {
            List<SuiteResult?> suites = [.. results.Select(result => result.Suites.FirstOrDefault(suite => suite.Name == name))];
            var documents = suites.OfType<SuiteResult>().Max(suite => suite.Score?.Count ?? 0);
            rows.Add(new(name, null, null, documents, [.. suites.Select(suite => new ComparedScore(suite?.Score, null))], known?.Of(name, published) ?? []));
        }

        foreach (var name in results.SelectMany(result => result.Tasks.Select(task => task.Name)).Distinct())
        {
            List<TaskResult?> tasks = [.. results.Select(result => result.Tasks.FirstOrDefault(task => task.Name == name))];
            var first = tasks[0];
            var any = tasks.OfType<TaskResult>().First();
            var ours = new Lazy<IReadOnlyList<InstanceScore>>(() => Read(folders[0], first!));
            var scores = tasks.Select((task, place) => new ComparedScore(task?.Score, place == 0 ? null : Difference(name, folders[0], first, ours, folders[place], task, notes)));
            rows.Add(new(name, any.Metric, any.Chance, any.Documents, [.. scores], known?.Of(name, published) ?? []));
            notes.AddRange(tasks.Index().Where(item => item.Item is { Failures: > 0 }).Select(item => $"{name}: {item.Item!.Failures} of {item.Item.Documents} documents could not be answered by {results[item.Index].Model.Name}"));
        }

        rows.AddRange(Judged(folders, results, notes));
        return new([.. results.Select(result => result.Model.Name)], Adjusted(rows, notes), notes);
    }

    /// <summary>What judges found; only verdicts of the same judge, prompt and reference are set beside one another.</summary>
    private static IEnumerable<ComparisonRow> Judged(IReadOnlyList<string> folders, List<EvaluationResults> results, List<string> notes)
    {
        List<IReadOnlyList<JudgeResult>> judged = [.. folders.Select(JudgeResult.ReadAll)];
        foreach (var hash in judged.SelectMany(all => all.Select(result => result.Hash)).Distinct())
        {
            List<JudgeResult?> own = [.. judged.Select(all => all.FirstOrDefault(result => result.Hash == hash))];
            var any = own.OfType<JudgeResult>().First();
            foreach (var metric in own.OfType<JudgeResult>().SelectMany(result => result.Metrics.Keys).Distinct())
            {
                var scores = own.Select((result, place) => new ComparedScore(
                    result?.Metrics.GetValueOrDefault(metric),
                    // A win rate without the effect of length is no mean over documents.
                    place == 0 || metric == JudgeResult.ControlledMetric || own[0] is not { } first || result is null ? null
                        : Difference(any.Title(metric), metric, folders[0], first.ReadVerdicts(folders[0]), folders[place], result.ReadVerdicts(folders[place]), notes)));
                yield return new(any.Title(metric), metric, any.Against is null ? null : 0.5, any.Documents, [.. scores], []);
            }

            notes.AddRange(own.Index().Where(item => item.Item is { } result && result.Unreadable + result.Failures > 0).Select(item =>
                $"{any.Title(any.Metrics.Keys.First())}: of {item.Item!.Documents} verdicts on {results[item.Index].Model.Name} {item.Item.Unreadable} cannot be read, and {item.Item.Failures} could not be had"));
        }
    }

    /// <summary>With p-values adjusted for their number.</summary>
    private static List<ComparisonRow> Adjusted(List<ComparisonRow> rows, List<string> notes)
    {
        double[] tests = [.. rows.SelectMany(row => row.Scores).Where(score => score.Difference is not null).Select(score => score.Difference!.P)];
        if (tests.Length < 2)
        {
            return rows;
        }

        var adjusted = FalseDiscovery.Adjust(tests);
        notes.Add(FormattableString.Invariant($"{tests.Length} differences were tested: {tests.Count(p => p <= Size)} have p ≤ {Size}, and {adjusted.Count(p => p <= Size)} after the adjustment for their number (Benjamini and Hochberg), of which at most one in {1 / Size:0} is expected to be none"));
        var next = 0;
        return rows.ConvertAll(row => row with
        {
            Scores = [.. row.Scores.Select(score => score.Difference is { } difference ? score with { Difference = difference with { AdjustedP = adjusted[next++] } } : score)],
        });
    }

    private static IReadOnlyList<InstanceScore> Read(string folder, TaskResult task) =>
        EvaluationResults.ReadInstances(folder, task.Name, [task.Metric, CorpusLikelihood.SumLogits, CorpusLikelihood.Bytes]);

    private static TaskDifference? Difference(string name, string firstFolder, TaskResult? first, Lazy<IReadOnlyList<InstanceScore>> ours, string folder, TaskResult? task, List<string> notes)
    {
        if (first is null || task is null)
        {
            return null;
        }

        if (first.Hash != task.Hash || first.Metric != task.Metric || !first.FewshotSha256.AsSpan().SequenceEqual(task.FewshotSha256))
        {
            notes.Add($"{name}: {folder} was asked something else than {firstFolder} (other settings, examples or metric), so that no difference is given");
            return null;
        }

        // The length of texts that only a judge scores is no score.
        return task.Metric == TaskScorer.LengthMetric ? null
            : Difference(name, task.Metric, firstFolder, ours.Value, folder, Read(folder, task), notes);
    }

    private static TaskDifference? Difference(
        string name, string metric, string firstFolder, IReadOnlyList<InstanceScore> ours, string folder, IReadOnlyList<InstanceScore> theirs, List<string> notes)
    {
        var others = theirs.ToDictionary(instance => instance.DocumentId);
        if (ours.Any(instance => others.TryGetValue(instance.DocumentId, out var other) && (Raw(instance.Label) != Raw(other.Label) || Raw(instance.NativeId) != Raw(other.NativeId) || (Bytes(instance) is { } bytes && Bytes(other) is { } length && bytes != length))))
        {
            notes.Add($"{name}: {folder} and {firstFolder} were asked other documents, so that no difference is given");
            return null;
        }

        var common = Scored(ours).Intersect(Scored(theirs)).ToHashSet();
        if (common.Count < 2)
        {
            return null;
        }

        if (common.Count < Math.Max(ours.Count, theirs.Count))
        {
            notes.Add($"{name}: {folder} and {firstFolder} are compared on the {common.Count} documents that both have a score for, of {Math.Max(ours.Count, theirs.Count)}");
        }

        List<InstanceScore> left = [.. ours.Where(instance => common.Contains(instance.DocumentId))];
        List<InstanceScore> right = [.. theirs.Where(instance => common.Contains(instance.DocumentId))];
        return metric == CorpusLikelihood.BitsPerByte && ours.Any(instance => Bytes(instance) is not null)
            ? TaskDifference.OfTexts(left, right)
            : TaskDifference.Of(metric, left, right);

        // Texts without an answer have none.
        static double? Bytes(InstanceScore instance) => instance.Metrics.TryGetValue(CorpusLikelihood.Bytes, out var bytes) ? bytes : null;

        static string? Raw(System.Text.Json.JsonElement? value) => value?.GetRawText();

        IEnumerable<int> Scored(IReadOnlyList<InstanceScore> instances) => instances.Where(instance => instance.Metrics.ContainsKey(metric)).Select(instance => instance.DocumentId);
    }
}
