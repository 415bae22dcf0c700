using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Evaluation;
using OlmoSharp.Evaluation.Hub;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Cli.Commands.Eval;

/// <summary>Downloads the datasets of tasks, with progress: the work of <c>olmo eval fetch</c>, and of <c>olmo eval run --fetch</c> before it runs.</summary>
internal sealed class DatasetFetchJob
{
    private const string TokenVariable = "HF_TOKEN";

    private readonly Option<string> _hub = new("--hub") { HelpName = "URL", Description = $"Where to fetch from; a token in {TokenVariable} is sent to this host alone", DefaultValueFactory = _ => HubOptions.DefaultAddress };
    private readonly Option<string?> _revision = new("--revision") { HelpName = "REV", Description = "Branch, tag or commit of the datasets; else the newest" };

    public void AddTo(Command command)
    {
        command.Add(_hub);
        command.Add(_revision);
    }

    public async Task<IReadOnlyList<FetchItem>> RunAsync(
        ParseResult arguments, Terminal terminal, IReadOnlyList<TaskSpec> specs, string folder, bool isOffline, bool verifies, CancellationToken cancellation)
    {
        var address = arguments.GetRequiredValue(_hub);
        var fetch = new DatasetFetch(folder, new()
        {
            Address = Uri.TryCreate(address, UriKind.Absolute, out var place) ? place : throw new EvaluationException($"'{address}' is no address of a hub; give one such as {HubOptions.DefaultAddress}"),
            Token = Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token ? token : null,
        })
        {
            Revision = arguments.GetValue(_revision),
            IsOffline = isOffline,
            Verifies = verifies,
        };
        var plan = await fetch.PlanAsync(specs, cancellation);
        return DatasetFetch.BytesOf(plan) is var bytes and > 0
            ? await ProgressDisplay.RunAsync(terminal, "Fetching", "bytes", bytes, progress => fetch.RunAsync(plan, progress.Report, cancellation).GetAwaiter().GetResult())
            : plan;
    }
}
