using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Evaluation.Hub;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Cli.Commands.Eval;

/// <summary><c>olmo eval fetch</c>.</summary>
internal sealed class EvalFetchCommand : RunnableCommand
{
    private readonly Argument<string[]> _names = new("task") { Description = "Tasks and suites", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _data = new("--data", "-d") { HelpName = "DIR", Description = "Folder to fetch into; what is there already is not fetched", Required = true };
    private readonly DatasetFetchJob _job = new();
    private readonly Option<bool> _offline = new("--offline") { Description = "Ask nothing of the hub; what is missing is an error" };
    private readonly Option<bool> _verify = new("--verify") { Description = "Read what was fetched again, and compare checksums; what changed is fetched anew" };
    private readonly Option<string?> _tasks = new("--tasks") { HelpName = "DIR", Description = "Folder of your own task files" };
    private readonly SetOption _set = new() { Description = "Replace a setting of the task, e.g. split=validation; may be given several times" };
    private readonly JsonOption _json = new();

    public EvalFetchCommand()
        : base("fetch", "Download the datasets of tasks from the Hugging Face Hub")
    {
        Add(_names);
        Add(_data);
        _job.AddTo(this);
        Add(_offline);
        Add(_verify);
        Add(_tasks);
        Add(_set);
        Add(_json);
        Examples =
        [
            new("olmo eval fetch core_9mcqa::olmes mmlu::olmes --data eval-data", "Fetch what the OLMES suite needs"),
            new("olmo eval fetch gsm8k::olmes --data eval-data --offline --verify", "Check what was fetched, and ask nothing of the hub"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var specs = TaskCatalog.Load(arguments.GetValue(_tasks)).FindAll(arguments.GetRequiredValue(_names), arguments.GetValue(_set));
        var items = await _job.RunAsync(arguments, terminal, specs, arguments.GetRequiredValue(_data), arguments.GetValue(_offline), arguments.GetValue(_verify), cancellation);
        Table(items).Write(terminal, arguments.GetValue(_json));
        return ExitCode.Success;
    }

    private static ResultTable Table(IReadOnlyList<FetchItem> items)
    {
        var table = new ResultTable(new("dataset"), new("configuration"), new("split"), new("state"), new("files"), new("bytes"), new("commit")) { KeepsNames = true };
        foreach (var item in items)
        {
            table.Add(item.Dataset, item.Config, item.Split, item.State switch
            {
                FetchState.Own => "your own files",
                FetchState.Kept => "fetched before",
                _ => "fetched",
            }, item.Files.Count, item.Files.Sum(file => file.Size), item.Files.Count > 0 ? item.Files[0].Commit : null);
        }

        return table;
    }
}
