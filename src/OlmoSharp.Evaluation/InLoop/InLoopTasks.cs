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
    public IEnumerable<string> Notes => Tasks.Where(task => task.Truncated > 0).Select(task => FormattableString.Invariant(
        $"{task.Label}: {task.Truncated:#,0} of {task.Task.Requests.Count:#,0} requests are longer than the model's context and lose their beginning"));

    /// <summary>Reads and builds tasks.</summary>
    /// <param name="options">Which, and from where.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="contextLength">The model's context.</param>
    /// <exception cref="EvaluationException">A name is unknown, data is missing or wrong, or a task cannot be asked of such a model.</exception>
    public static InLoopTasks Prepare(InLoopOptions options, Tokenizer tokenizer, int contextLength)
    {
        var catalog = TaskCatalog.Load(options.TaskFiles);
        var names = options.Names.SelectMany(name => catalog.Suites.ContainsKey(name) ? catalog.Expand(name) : [name]).Distinct();
        List<(string Label, TaskSpec Spec)> specs = [.. names.Select(name => (name, catalog.Find(name).LimitedTo(options.Limit)))];
        if (options.Data.Count == 0)
        {
            throw new EvaluationException($"{options.Names[0]}: tasks need a folder of datasets; name it with evaluation.data");
        }

        var builder = new RequestBuilder([.. options.Data.Select(folder => new DatasetFolder(folder))], options.Fewshot is { } file ? FewshotFile.Read(file) : null);
        List<InLoopTask> tasks = [];
        foreach (var (label, spec) in specs)
        {
            var policy = new EncodingPolicy { MaxLength = Math.Min(spec.MaxLength, contextLength), PrefixId = tokenizer.EndOfTextId };
            tasks.Add(InLoopTask.Of(label, builder.Build(spec), new RequestEncoder(tokenizer, policy)));
        }

        return new(catalog, options, tokenizer, tasks);
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

    private static void Add(SortedDictionary<string, double> figures, IEnumerable<KeyValuePair<string, double>> added)
    {
        foreach (var (name, value) in added)
        {
            figures[name] = value;
        }
    }
}
