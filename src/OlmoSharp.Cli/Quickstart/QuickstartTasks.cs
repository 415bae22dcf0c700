using System.Text;
using OlmoSharp.Data.Documents;
using OlmoSharp.Evaluation;
using OlmoSharp.Evaluation.Corpora;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.InLoop;
using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Tasks;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Cli.Quickstart;

/// <summary>The tasks of a quickstart: those of <c>recipes/quickstart/tasks</c> with questions from the held-out text, and those of a folder of data.</summary>
internal sealed class QuickstartTasks
{
    /// <summary>Tasks that are tried where data is given, but no names: without examples, so that they fit a short context.</summary>
    public static readonly IReadOnlyList<string> SmallSet = ["arc_easy_rc_0shot", "piqa_rc_0shot", "copa_rc_0shot", "winogrande_rc_0shot"];

    private static readonly string[] CorpusTasks = ["corpus_continuation", "corpus_member", "corpus_language"];

    private const string Recipes = "recipes/quickstart/tasks/";

    // Enough for a standard error of two to three hundredths, and so few that all evaluations together take about a thirtieth of ten minutes.
    private const int Questions = 400;
    private const int QuestionsDuringTraining = 150;
    private const int FewestQuestions = 50;
    private const int SmokeQuestions = 20;

    private readonly QuickstartOptions _options;
    private readonly QuickstartFolders _folders;
    private readonly IReadOnlyList<string> _further;

    private QuickstartTasks(QuickstartOptions options, QuickstartFolders folders, IReadOnlyList<string> further, IReadOnlyList<string> leftOut) =>
        (_options, _folders, _further, LeftOut) = (options, folders, further, leftOut);

    /// <summary>All tasks by name.</summary>
    public IReadOnlyList<string> Names => [.. CorpusTasks.Where(name => File.Exists(Path.Combine(_folders.Tasks, $"{name}.yaml"))), .. _further];

    /// <summary>Tasks of <see cref="SmallSet"/> without data that serves.</summary>
    public IReadOnlyList<string> LeftOut { get; }

    /// <summary>Folders of datasets.</summary>
    public IReadOnlyList<string> Data => _options.EvaluationData is { } data ? [_folders.Tasks, data] : [_folders.Tasks];

    /// <summary>The most documents of a task during training.</summary>
    public int LimitDuringTraining => LimitDuringTrainingOf(_options);

    private int Limit => LimitOf(_options);

    /// <summary>Checks the tasks that the user wants, before anything is made.</summary>
    /// <exception cref="EvaluationException">A task is unknown, its data is missing or wrong, or no model of a quickstart can be asked it.</exception>
    public static QuickstartTasks Check(QuickstartOptions options, QuickstartFolders folders)
    {
        if (options.EvaluationData is not { } data)
        {
            return options.EvaluationTasks.Count == 0
                ? new(options, folders, [], [])
                : throw new EvaluationException($"{options.EvaluationTasks[0]}: its data is needed; give the folder with --eval-data");
        }

        var (catalog, folder) = (TaskCatalog.Load(), new DatasetFolder(data));
        int[] limits = [LimitOf(options), LimitDuringTrainingOf(options)];
        // A file of drawn documents need not serve for fewer of them.
        var names = options.EvaluationTasks.Count > 0 ? options.EvaluationTasks : [.. SmallSet.Where(name => limits.All(limit => catalog.Find(name).LimitedTo(limit) is var spec && folder.TryFind(spec, spec.Split) is not null))];
        foreach (var limit in names.Count > 0 ? limits.Distinct() : [])
        {
            InLoopTasks.Check(new InLoopOptions { Names = names, Data = [data], Fewshot = options.EvaluationFewshot, Limit = limit }, options.Size.SequenceLength);
        }

        return new(options, folders, names, options.EvaluationTasks.Count > 0 ? [] : [.. SmallSet.Except(names)]);
    }

    /// <summary>Makes the tasks of the held-out text, of which there are enough questions.</summary>
    public void Make()
    {
        Directory.CreateDirectory(_folders.Tasks);
        var questions = new CorpusQuestions(DocumentFolder.Read(_folders.HeldOutText));
        foreach (var (name, made) in CorpusTasks.Zip([questions.Continuations(Limit), questions.Members(Limit), questions.Languages(Limit)]))
        {
            if (made.Count >= (_options.IsSmoke ? 1 : FewestQuestions))
            {
                CorpusQuestions.Write(Path.Combine(_folders.Tasks, $"{name}.heldout.jsonl"), made);
                AtomicFile.WriteAllText(Path.Combine(_folders.Tasks, $"{name}.yaml"), Recipe(name));
            }
        }
    }

    /// <summary>Tokens of one evaluation during training, and of one of a finished model.</summary>
    public (long During, long Finished) CountTokens(Tokenizer tokenizer)
    {
        return Names.Count == 0 ? (0, 0) : (Count(LimitDuringTraining), Count(Limit));

        long Count(int limit) => InLoopTasks.Prepare(
            new InLoopOptions { Names = Names, Data = Data, Fewshot = _options.EvaluationFewshot, TaskFiles = _folders.Tasks, Limit = limit },
            tokenizer,
            _options.Size.SequenceLength).Tasks.Sum(task => task.Tokens);
    }

    /// <summary>Evaluates finished models as <c>olmo eval run</c> does; what an earlier process asked is not asked again.</summary>
    /// <param name="models">Names and folders.</param>
    /// <param name="report">Told how many requests are answered.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<IReadOnlyList<TaskScores>> EvaluateAsync(IReadOnlyList<(string Name, string Folder)> models, Action<long, string> report, CancellationToken cancellation)
    {
        if (Names.Count == 0)
        {
            return [];
        }

        IReadOnlyList<DatasetFolder> data = [.. Data.Select(folder => new DatasetFolder(folder))];
        var run = new EvaluationRun(TaskCatalog.Load(_folders.Tasks), new RequestBuilder(data, Fewshot(_options))) { Limit = Limit };
        var tasks = run.Build(Names);
        List<(string Model, EvaluationResults Results)> all = [];
        foreach (var (name, folder) in models)
        {
            var before = (long)all.Count * tasks.Sum(task => task.Requests.Count);
            await using var model = LocalModel.Load(folder);
            all.Add((name, await run.RunAsync(Names, tasks, model, Path.Combine(_folders.Evaluation, OutputOf(name)), (done, _) => report(before + done, name), cancellation)));
        }

        return
        [
            .. all[0].Results.Tasks.Select((task, place) => new TaskScores(
                task.Name, task.Spec.Description, task.Metric, task.Chance, task.Spec.Limit, task.Documents,
                all.Max(model => model.Results.Tasks[place].Failures), all.Max(model => model.Results.Tasks[place].Truncated),
                [.. all.Select(model => (model.Model, model.Results.Tasks[place].Score)).Select(model => new ModelScore(model.Model, model.Score.Mean, model.Score.StandardError))])),
        ];
    }

    private static int LimitOf(QuickstartOptions options) => options.IsSmoke ? SmokeQuestions : Questions;

    private static int LimitDuringTrainingOf(QuickstartOptions options) => options.IsSmoke ? SmokeQuestions : QuestionsDuringTraining;

    /// <summary>The name of a model's folder of results.</summary>
    private static string OutputOf(string model) => model.Replace(" (", "-", StringComparison.Ordinal).TrimEnd(')');

    private static FewshotFile? Fewshot(QuickstartOptions options) => options.EvaluationFewshot is { } file ? FewshotFile.Read(file) : null;

    private static string Recipe(string name)
    {
        using var text = new StreamReader(typeof(QuickstartTasks).Assembly.GetManifestResourceStream($"{Recipes}{name}.yaml")!, Encoding.UTF8);
        return text.ReadToEnd();
    }
}
