using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Evaluation.Requests;

namespace OlmoSharp.Cli.Commands.Eval;

/// <summary><c>olmo eval requests</c>.</summary>
internal sealed class EvalRequestsCommand : RunnableCommand
{
    private readonly Argument<string> _task = new("task") { Description = "A task or a suite" };
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "FILE", Description = "Where to write the lines (.jsonl, .jsonl.gz or .jsonl.zst)", Required = true };
    private readonly Option<string?> _model = new("--model", "-m") { HelpName = "PATH", Description = "tokenizer.json or a model folder, to count tokens" };
    private readonly TaskDataOptions _options = new();

    public EvalRequestsCommand()
        : base("requests", "Write what a task would ask a model, one request a line")
    {
        Add(_task);
        _options.AddTo(this);
        Add(_output);
        Add(_model);
        Examples =
        [
            new("olmo eval requests arc_challenge:mc::olmes --data eval-data --fewshot shots.json -o requests.jsonl", "Write a task's requests"),
            new("olmo eval requests mmlu:mc::olmes --data eval-data -o mmlu.jsonl.gz", "Write those of all subjects"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var catalog = _options.Catalog(arguments);
        var names = catalog.Expand(arguments.GetRequiredValue(_task));
        var builder = new RequestBuilder(_options.Data(arguments), _options.Fewshot(arguments));
        var output = arguments.GetRequiredValue(_output);
        var tokenizer = arguments.GetValue(_model) is { } model ? Tokenization.Tokenizer.Load(model) : null;
        ResultColumn[] counted = tokenizer is null ? [] : [new("tokens"), new("longest"), new("cut")];
        var table = new ResultTable([new("task"), new("documents"), new("requests"), new("examples"), .. counted, new("data")]);
        var count = await ProgressDisplay.RunAsync(terminal, "Building requests", "tasks", names.Count, progress => RequestJson.Write(Tasks(progress), output));
        table.Write(terminal, asJson: false);
        await terminal.Output.WriteLineAsync($"{output}: {count} requests");
        return ExitCode.Success;

        IEnumerable<BuiltTask> Tasks(JobProgress progress)
        {
            var built = 0;
            foreach (var name in names)
            {
                cancellation.ThrowIfCancellationRequested();
                var task = builder.Build(catalog.Find(name, _options.Overrides(arguments)));
                if (task.HasPublishedExamples == false)
                {
                    terminal.Error.WriteLine($"{task.Spec.Name}: the examples {task.Spec.Fewshot.Source} are not the published ones (olmo eval fewshot tells)");
                }

                var count = tokenizer is null ? null : TokenCount.Of(task, tokenizer, Environment.ProcessorCount, cancellation);
                object?[] tokens = count is null ? [] : [count.Tokens, count.Longest, count.Truncated];
                table.Add([task.Spec.Name, task.Documents.Count, task.Requests.Count, task.Examples.Count, .. tokens, string.Join(", ", task.Files.SelectMany(files => files.Paths))]);
                progress.Report(++built);
                yield return task;
            }
        }
    }
}
