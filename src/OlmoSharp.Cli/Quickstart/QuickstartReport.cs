using System.Globalization;
using OlmoSharp.Analysis.Metrics;
using OlmoSharp.Analysis.Reports;
using OlmoSharp.Training.Callbacks;

namespace OlmoSharp.Cli.Quickstart;

/// <summary>Puts a quickstart's figures on one page.</summary>
internal static class QuickstartReport
{
    private const string Bits = "0.0000";

    /// <summary>The page of a finished quickstart.</summary>
    public static RunReport Make(QuickstartOptions options, QuickstartFolders folders, QuickstartResults results)
    {
        var metrics = MetricsReader.Read(Path.Combine(folders.Pretraining, MetricsLog.File));
        var (baseline, last) = (results.HeldOut[0], results.HeldOut[^1]);
        return new RunReport
        {
            Title = "OlmoSharp quickstart",
            Subtitle = $"{Kind(options, results)}, made from the text on this disk",
            Highlights =
            [
                new("bits per byte, soup", Number(last.BitsPerByte[QuickstartResults.All], Bits), "on held-out text"),
                new("bits per byte, 5-gram", Number(baseline.BitsPerByte[QuickstartResults.All], Bits), "Kneser-Ney, same training text"),
                new("tokens seen", Number((results.PretrainingSteps + results.AnnealingSteps) * options.Size.BatchSize * options.Size.SequenceLength), "by each annealed model"),
                new("minutes", Number(results.Times.Sum(time => time.Seconds) / 60, "0.0"), "for everything"),
            ],
            Facts = Facts(options, results),
            Sections =
            [
                new("Held-out text", [Summary(results), BySource(results)]),
                .. results.Tasks.Count > 0 ? new ReportSection[] { new("Tasks", [.. Tasks(options, folders, results, metrics)]) } : [],
                new("Pretraining", [.. RunCharts.Learning(metrics)]),
                .. RouterCharts.Of(metrics) is { Count: > 0 } experts ? new ReportSection[] { new("Experts", experts) } : [],
                new("Annealing", [.. QuickstartFolders.AnnealSeeds.Select(seed => Annealing(folders, seed))]),
                new("Samples", [.. results.Samples.Select(sample => new TextSample(sample.Model, sample.Prompt, sample.Continuation))]),
                new("Mechanics", [.. RunCharts.Mechanics(metrics), Times(results)]),
                new("Text", QuickstartCuration.Load(folders.Curation).Tables()),
                new("Configuration", [new CodeListing("pretraining.yaml", File.ReadAllText(QuickstartFolders.ConfigOf(folders.Pretraining)))]),
            ],
        };
    }

    private static List<ReportFact> Facts(QuickstartOptions options, QuickstartResults results)
    {
        var model = options.Size.Model;
        return
        [
            new("architecture", $"{(model.Experts > 0 ? "OLMoE" : "OLMo 2")}: {model.Layers} layers, width {model.HiddenSize}, {model.Heads} heads, feed-forward "
                + (model.Experts > 0 ? $"{model.Experts} experts of {model.IntermediateSize}, {model.ExpertsPerToken} a token" : $"{model.IntermediateSize}")),
            new("parameters", Number(results.Parameters), model.Experts > 0 ? $"{Number(results.ActiveParameters)} active a token" : null),
            new("vocabulary", Number(model.VocabularySize)),
            new("training text", $"{Number(results.TrainTokens)} tokens"),
            new("held-out text", $"{Number(results.HeldOutBytes)} bytes"),
            new("pretraining", $"{Number(results.PretrainingSteps)} steps of {options.Size.BatchSize} × {options.Size.SequenceLength} tokens"),
            new("annealing", $"{Number(results.AnnealingSteps)} steps from each of two data orders"),
            new("peak learning rate", Number(options.Size.LearningRate, "0.#####")),
        ];
    }

    private static string Kind(QuickstartOptions options, QuickstartResults results)
        => options.Size.Experts > 0
            ? $"An OLMoE model of {Number(results.Parameters)} parameters, {Number(results.ActiveParameters)} of them active for each token"
            : $"An OLMo 2 model of {Number(results.Parameters)} parameters";

    private static ReportTable Summary(QuickstartResults results) => new()
    {
        Title = "Bits per byte of held-out text",
        Description = "What each model needs for a byte of text it never saw; lower is better. The 5-gram has modified Kneser–Ney smoothing and the same training text; (42) and (666) are data orders; the soup is the average of the two annealed models' weights.",
        Columns = [new("model"), new("all", BestValue.Lowest, Bits), new("change from the 5-gram", Format: "+0.0 %;-0.0 %")],
        Rows =
        [
            .. results.HeldOut.Select(result => (IReadOnlyList<ReportCell>)
            [
                result.Name,
                result.BitsPerByte[QuickstartResults.All],
                (result.BitsPerByte[QuickstartResults.All] / results.HeldOut[0].BitsPerByte[QuickstartResults.All]) - 1,
            ]),
        ],
    };

    private static ReportTable BySource(QuickstartResults results) => new()
    {
        Title = "Bits per byte by source",
        Columns = [new("source"), .. results.HeldOut.Select(result => new ReportColumn(result.Name, Format: Bits))],
        Rows =
        [
            .. results.HeldOut[^1].BitsPerByte.Keys.Order(StringComparer.Ordinal).Select(source => (IReadOnlyList<ReportCell>)
            [
                source,
                .. results.HeldOut.Select(result => result.BitsPerByte.TryGetValue(source, out var bits) ? (ReportCell)bits : default),
            ]),
        ],
    };

    private static IEnumerable<ReportBlock> Tasks(QuickstartOptions options, QuickstartFolders folders, QuickstartResults results, RunMetrics metrics)
    {
        var models = results.Tasks[0].Scores.Select(score => score.Model);
        yield return new ReportTable
        {
            Title = "Scores on tasks",
            Description = string.Create(
                CultureInfo.InvariantCulture,
                $"± is the standard error, the questions being a sample of those that could have been asked; chance is what guessing scores. Questions without an answer are longer than the context, and count as wrong. Those named corpus are made from the held-out text. During training, {results.TaskSecondsDuringTraining:0.0} s went to tasks."),
            Columns =
            [
                new("task"), new("metric"), new("n", Format: "#,0"), new("no answer", Format: "#,0"), new("chance", Format: "0.000"),
                .. models.SelectMany(model => new ReportColumn[] { new(model, Format: "0.000"), new("±", Format: "0.000") }),
            ],
            Rows = [.. results.Tasks.Select(task => (IReadOnlyList<ReportCell>)
            [
                task.Name, task.Metric, task.Documents, task.Failures, task.Chance, .. task.Scores.SelectMany(score => new ReportCell[] { score.Score, score.StandardError }),
            ])],
        };
        yield return new ReportTable
        {
            Title = "What the tasks ask",
            Columns = [new("task"), new("question")],
            Rows = [.. results.Tasks.Select(task => (IReadOnlyList<ReportCell>)[task.Name, task.Description])],
        };
        if (results.TasksLeftOut.Count > 0)
        {
            yield return new ReportNote($"Left out, because {options.EvaluationData} has no data of them that serves: {string.Join(", ", results.TasksLeftOut)}.");
        }

        foreach (var chart in TaskCharts.OverSteps(metrics, RunTask.Read(folders.Pretraining, metrics)))
        {
            yield return chart with { Title = $"{chart.Title}, pretraining" };
        }

        // Another limit is another task, with another hash.
        var first = results.Tasks[0];
        var data = first.Name.StartsWith("corpus_", StringComparison.Ordinal) ? folders.Tasks : options.EvaluationData;
        var fewshot = options.EvaluationFewshot is { } file ? $" --fewshot {file}" : "";
        yield return new ReportNote($"The same again: olmo eval run {first.Name} --set limit={first.Limit} --tasks {folders.Tasks} --data {data}{fewshot} --model {folders.Soup} -o DIR; "
            + $"two models, question by question: olmo eval compare {folders.Evaluation}/pretrained {folders.Evaluation}/soup.");
    }

    private static LineChart Annealing(QuickstartFolders folders, long seed)
    {
        var metrics = MetricsReader.Read(Path.Combine(folders.Annealing(seed), MetricsLog.File));
        var chart = RunCharts.Learning(metrics)[0];
        return chart with { Title = string.Create(CultureInfo.InvariantCulture, $"{chart.Title}, data order {seed}") };
    }

    private static ReportTable Times(QuickstartResults results) => new()
    {
        Title = "Time",
        Columns = [new("part"), new("seconds", Format: "0.0")],
        Rows = [.. results.Times.Select(time => (IReadOnlyList<ReportCell>)[time.Name, time.Seconds])],
    };

    private static string Number(double value, string format = "#,0") => value.ToString(format, CultureInfo.InvariantCulture);
}
