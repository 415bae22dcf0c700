using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Evaluation;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Runs;

namespace OlmoSharp.Cli.Commands.Eval;

/// <summary><c>olmo eval run</c>.</summary>
internal sealed class EvalRunCommand : RunnableCommand
{
    private readonly Argument<string[]> _names = new("task") { Description = "Tasks and suites", Arity = ArgumentArity.OneOrMore };
    private readonly EvaluatedModelOptions _model = new();
    private readonly TaskDataOptions _options = new();
    private readonly Option<bool> _fetch = new("--fetch") { Description = "Download missing datasets first (olmo eval fetch); without it, nothing is downloaded" };
    private readonly DatasetFetchJob _fetchJob = new();
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "DIR", Description = "Folder for results, predictions and the log of requests; a run that was stopped goes on", Required = true };
    private readonly JsonOption _json = new();

    public EvalRunCommand()
        : base("run", "Evaluate a model on tasks")
    {
        Add(_names);
        _model.AddTo(this);
        _options.AddTo(this);
        Add(_fetch);
        _fetchJob.AddTo(this);
        Add(_output);
        Add(_json);
        Examples =
        [
            new("olmo eval run arc_easy::olmes --model runs/quickstart/soup --data eval-data --fewshot shots.json -o eval/soup", "Both forms of a task, and the better"),
            new("olmo eval run core_9mcqa::olmes mmlu::olmes -m model.gguf --data eval-data --fewshot shots.json -o eval/model", "The OLMES suite"),
            new("olmo eval run gsm8k::olmes --endpoint http://localhost:8080/v1 --endpoint-model olmo-2 --data eval-data --fewshot shots.json -o eval/served", $"A model behind a service; its key is in {ServiceOptions.KeyVariable}"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var names = arguments.GetRequiredValue(_names);
        if (arguments.GetValue(_fetch))
        {
            var folder = _options.Folder(arguments) ?? throw new EvaluationException("--fetch needs a folder to fetch into; give it with --data");
            var specs = _options.Catalog(arguments).FindAll(names, _options.Overrides(arguments));
            await _fetchJob.RunAsync(arguments, terminal, specs, folder, isOffline: false, verifies: false, cancellation);
        }

        var run = new EvaluationRun(_options.Catalog(arguments), new RequestBuilder(_options.Data(arguments), _options.Fewshot(arguments))) { Overrides = _options.Overrides(arguments) };
        var tasks = run.Build(names);
        await using var model = _model.Load(arguments, tasks);
        var results = await ProgressDisplay.RunAsync(terminal, "Evaluating", "requests", tasks.Sum(task => (long)task.Requests.Count), progress =>
            run.RunAsync(names, tasks, model, arguments.GetRequiredValue(_output), progress.Report, cancellation).GetAwaiter().GetResult());
        Table(results).Write(terminal, arguments.GetValue(_json));
        foreach (var task in results.Tasks.Where(task => task.Failures > 0))
        {
            await terminal.Error.WriteLineAsync($"{task.Name}: {task.Failures} of {task.Documents} documents could not be answered; see \"failure\" in predictions");
        }

        if (results.Tasks.Sum(task => (long)task.Truncated) is var truncated and > 0)
        {
            await terminal.Error.WriteLineAsync(FormattableString.Invariant(
                $"{truncated:#,0} of {results.Tasks.Sum(task => (long)task.Requests):#,0} requests were longer than the model's context and lost their beginning"));
        }

        if (results is { TokensAsked: > 0, TokensComputed: > 0 })
        {
            await terminal.Error.WriteLineAsync(FormattableString.Invariant(
                $"{results.TokensAsked:#,0} tokens asked, {results.TokensComputed:#,0} computed (shared beginnings once), {results.TokensComputed / results.Seconds:#,0} a second"));
        }

        return results.Tasks.Any(task => task.Failures > 0) ? ExitCode.Quarantined : ExitCode.Success;
    }

    private static ResultTable Table(EvaluationResults results)
    {
        var table = new ResultTable(new("task"), new("score"), new("standard error"), new("chance"), new("n"), new("failures"), new("metric")) { KeepsNames = true };
        foreach (var suite in results.Suites.Where(suite => suite.Score is not null))
        {
            table.Add(suite.Name, suite.Score!.Mean, suite.Score.StandardError, null, suite.Score.Count, null, $"{suite.Aggregate.ToString().ToLowerInvariant()} of {suite.Members.Count}");
        }

        foreach (var task in results.Tasks)
        {
            table.Add(task.Name, task.Score.Mean, task.Score.StandardError, task.Chance, task.Score.Count, task.Failures, task.Metric);
        }

        return table;
    }
}
