using System.Diagnostics;
using System.Text.Json;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Tasks;
using OlmoSharp.Models;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Evaluation.InLoop;

/// <summary>
/// Evaluates a model in training on tasks: the requests, scores and metrics of <c>olmo eval run</c>, asked of the weights as they are in memory. Everything is read and checked once, before training.
/// </summary>
public sealed class InLoopTasks
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n" };

    private readonly TaskCatalog _catalog;
    private readonly InLoopOptions _options;
    private readonly Tokenizer _tokenizer;

    private InLoopTasks(TaskCatalog catalog, InLoopOptions options, Tokenizer tokenizer, IReadOnlyList<InLoopTask> tasks) =>
        (_catalog, _options, _tokenizer, Tasks) = (catalog, options, tokenizer, tasks);

    /// <summary>The tasks, in the order named.</summary>
    public IReadOnlyList<InLoopTask> Tasks { get; }

    /// <summary>What a user should know before training, a sentence each.</summary>
    public IEnumerable<string> Notes => Tasks.SelectMany(task => new[]
    {
        task.Truncated > 0 ? FormattableString.Invariant($"{task.Label}: {task.Truncated:#,0} of {task.Task.Requests.Count:#,0} requests are longer than the model's context and lose their beginning") : null,
        task.Failures > 0 ? FormattableString.Invariant($"{task.Label}: {task.Failures:#,0} of {task.Documents:#,0} documents cannot be answered and count as wrong in accuracies; the first: {task.FirstFailure}") : null,
    }).OfType<string>();

    /// <summary>Reads and builds tasks.</summary>
    /// <param name="options">Which, and from where.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="contextLength">The model's context.</param>
    /// <exception cref="EvaluationException">A name is unknown, data is missing or wrong, or a task cannot be asked of such a model or scored here.</exception>
    public static InLoopTasks Prepare(InLoopOptions options, Tokenizer tokenizer, int contextLength)
    {
        var catalog = TaskCatalog.Load(options.TaskFiles);
        return new(catalog, options, tokenizer, [.. Build(catalog, options).Select(task => InLoopTask.Of(task.Label, task.Task, tokenizer, contextLength))]);
    }

    /// <summary>Reads and builds tasks of a model whose tokenizer is not there yet, so that most of what <see cref="Prepare"/> would refuse shows.</summary>
    /// <param name="options">Which, and from where.</param>
    /// <param name="contextLength">The model's context.</param>
    /// <exception cref="EvaluationException">A name is unknown, data is missing or wrong, or a task can be asked of no such model.</exception>
    public static void Check(InLoopOptions options, int contextLength)
    {
        foreach (var (label, task) in Build(TaskCatalog.Load(options.TaskFiles), options))
        {
            InLoopTask.RequireAskable(label, task, contextLength);
        }
    }

    /// <summary>Evaluates a model as it is now. Nothing of it is copied or changed, and no random number is drawn.</summary>
    /// <param name="model">The model.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>Figures by the names that OLMo-core logs, and the seconds that it took as <c>eval_duration</c>.</returns>
    /// <exception cref="EvaluationException">The model's output is broken, or no document of a task could be answered.</exception>
    public IReadOnlyDictionary<string, double> Evaluate(Transformer model, CancellationToken cancellation)
    {
        var figures = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var start = Stopwatch.GetTimestamp();
        Dictionary<string, MetricScore> scores = [];
        Dictionary<string, string> metrics = [];
        foreach (var (task, result, _, time) in RunAsync(model, cancellation).GetAwaiter().GetResult())
        {
            Add(figures, InLoopFigures.Of(task.Label, result));
            figures[$"{InLoopFigures.Duration}/{task.Label}"] = time.TotalSeconds;
            (scores[result.Name], metrics[result.Name]) = (result.Score, result.Metric);
        }

        foreach (var suite in _options.Names.SelectMany(name => SuiteScorer.Score(_catalog, name, scores)))
        {
            Add(figures, InLoopFigures.Of(suite, _catalog.Expand(suite.Name).Where(metrics.ContainsKey).Select(name => metrics[name])));
        }

        figures[InLoopFigures.Duration] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return figures;
    }

    /// <summary>Writes what the tasks are, for reports of the run.</summary>
    /// <param name="path">The file.</param>
    public void Save(string path) => Data.Documents.AtomicFile.WriteAllText(path, JsonSerializer.Serialize(Tasks, Json) + "\n");

    /// <summary>The results of every task, with the documents' scores and the time that it took.</summary>
    internal async Task<IReadOnlyList<(InLoopTask Task, TaskResult Result, IReadOnlyList<InstanceScore> Instances, TimeSpan Time)>> RunAsync(Transformer model, CancellationToken cancellation)
    {
        await using var live = LocalModel.Of(model, _tokenizer, "in training");
        List<(InLoopTask, TaskResult, IReadOnlyList<InstanceScore>, TimeSpan)> results = [];
        foreach (var task in Tasks)
        {
            var start = Stopwatch.GetTimestamp();
            var answers = await TaskRun.RunAsync(task.Task, live, null, _ => { }, cancellation).ConfigureAwait(false);
            var instances = await TaskScorer.ScoreAsync(task.Task, answers, cancellation).ConfigureAwait(false);
            results.Add((task, TaskScorer.Summarize(task.Task, instances, answers), instances, Stopwatch.GetElapsedTime(start)));
        }

        return results;
    }

    private static IEnumerable<(string Label, BuiltTask Task)> Build(TaskCatalog catalog, InLoopOptions options)
    {
        var names = options.Names.SelectMany(name => catalog.Suites.ContainsKey(name) ? catalog.Expand(name) : [name]).Distinct();
        List<(string Label, TaskSpec Spec)> specs = [.. names.Select(name => (name, catalog.Find(name).LimitedTo(options.Limit)))];
        if (options.Data.Count == 0)
        {
            throw new EvaluationException($"{options.Names[0]}: tasks need a folder of datasets; name it with evaluation.data");
        }

        var builder = new RequestBuilder([.. options.Data.Select(folder => new DatasetFolder(folder))], options.Fewshot is { } file ? FewshotFile.Read(file) : null);
        return specs.Select(task => (task.Label, builder.Build(task.Spec)));
    }

    private static void Add(SortedDictionary<string, double> figures, IEnumerable<KeyValuePair<string, double>> added)
    {
        foreach (var (name, value) in added)
        {
            figures[name] = value;
        }
    }
}
