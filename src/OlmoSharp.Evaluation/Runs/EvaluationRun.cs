using System.Diagnostics;
using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Perplexity;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Runs;

/// <summary>Evaluates a model on tasks, into a folder.</summary>
/// <param name="catalog">The tasks and suites that there are.</param>
/// <param name="builder">Builds requests from data.</param>
public sealed class EvaluationRun(TaskCatalog catalog, RequestBuilder builder)
{
    /// <summary>Settings as <c>key=value</c> that count before the tasks' own.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>Which of the texts' paragraphs are in training data; null where that was not looked at.</summary>
    public TrainingOverlap? Overlap { get; init; }

    /// <summary>The most documents of a task; 0: as many as the task says.</summary>
    public int Limit { get; init; }

    /// <summary>Builds the tasks of some names, so that missing data shows before a model is loaded.</summary>
    /// <param name="names">Tasks and suites.</param>
    /// <exception cref="EvaluationException">There is no such task, or its data is missing or wrong.</exception>
    public IReadOnlyList<BuiltTask> Build(IEnumerable<string> names) =>
        [.. catalog.FindAll(names, Overrides).Select(spec => builder.Build(spec.LimitedTo(Limit)))];

    /// <summary>Has a model answer, scores the answers, and writes results, documents' scores and the log of requests. A run that was stopped goes on where it was.</summary>
    /// <param name="names">Tasks and suites.</param>
    /// <param name="tasks">Their tasks, built.</param>
    /// <param name="model">The model.</param>
    /// <param name="folder">Where to write.</param>
    /// <param name="report">Told how many requests have an answer, and of which task.</param>
    /// <param name="cancellation">Stops; what was answered is not asked again.</param>
    /// <exception cref="EvaluationException">The model cannot answer, or a task has no score.</exception>
    public async Task<EvaluationResults> RunAsync(
        IReadOnlyList<string> names, IReadOnlyList<BuiltTask> tasks, IEvaluatedModel model, string folder, Action<long, string> report, CancellationToken cancellation)
    {
        if (tasks.GroupBy(task => EvaluationResults.FileStem(task.Spec.Name)).FirstOrDefault(same => same.Count() > 1) is { } same)
        {
            throw new EvaluationException($"{string.Join(" and ", same.Select(task => task.Spec.Name))} would write the same file predictions/{same.Key}.jsonl; "
                + "give texts other names of sources (NAME=PATH), or run them into different folders");
        }

        var watch = Stopwatch.StartNew();
        List<TaskResult> results = [];
        List<(TaskResult Task, IReadOnlyList<InstanceScore> Texts)> texts = [];
        var before = 0L;
        foreach (var task in tasks)
        {
            using var log = RequestLog.Open(Path.Combine(folder, "requests"), model.Identity, task.Spec);
            var start = before;
            var answers = await TaskRun.RunAsync(task, model, log, done => report(start + done, task.Spec.Name), cancellation).ConfigureAwait(false);
            before += answers.Count;
            var instances = await TaskScorer.ScoreAsync(task, answers, cancellation).ConfigureAwait(false);
            results.Add(TaskScorer.Summarize(task, instances, answers));
            if (task.Spec.Request == RequestKind.LoglikelihoodRolling)
            {
                instances = Overlap?.Mark(task, instances) ?? instances;
                texts.Add((results[^1], instances));
            }

            EvaluationResults.WriteInstances(folder, task.Spec.Name, instances);
        }

        var scores = results.ToDictionary(result => result.Name, result => result.Score);
        var whole = new EvaluationResults
        {
            Created = DateTimeOffset.UtcNow,
            Version = EvaluationResults.OwnVersion,
            Model = model.Identity,
            ModelSettings = model.Settings,
            Tasks = results,
            Suites = [.. names.SelectMany(name => SuiteScorer.Score(catalog, name, scores))],
            Perplexity = texts.Count > 0 ? PerplexityReport.Of(texts, model.Settings) : null,
            TokensAsked = model.TokensAsked,
            TokensComputed = model.TokensComputed,
            Seconds = watch.Elapsed.TotalSeconds,
        };
        whole.Write(folder);
        return whole;
    }
}
