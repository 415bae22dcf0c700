using System.CommandLine;
using System.CommandLine.Parsing;
using OlmoSharp.Cli.Display;
using OlmoSharp.Distributed;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary>A command that runs a job over shards as a config in the manner of the Dolma toolkit says, on one process or on all that <c>mpirun</c> started.</summary>
internal abstract class DataJobCommand : RunnableCommand
{
    private readonly Option<string> _config = new("--config", "-c") { HelpName = "FILE", Description = "The job as YAML or JSON, with the keys of the Dolma toolkit" };
    private readonly SetOption _set = new();
    private readonly Option<string> _onError = new Option<string>("--on-error") { Description = "What becomes of a line that is no document: fail, or quarantine to go on without it", DefaultValueFactory = _ => "fail" }
        .AcceptOnlyFromAmong("fail", "quarantine");
    private readonly JsonOption _json = new();
    private IProcessGroup? _group;

    /// <summary>Makes the command.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="needsConfig">Whether there is no other way to say what to do.</param>
    protected DataJobCommand(string name, string description, bool needsConfig = true)
        : base(name, description)
    {
        _config.Required = needsConfig;
        Add(_config);
        Add(_set);
        Add(_onError);
        Add(_json);
    }

    /// <inheritdoc/>
    public sealed override bool RunsInGroup => true;

    /// <inheritdoc/>
    public sealed override void Abandon(int exitCode) => _group?.Abort(exitCode);

    /// <inheritdoc/>
    protected sealed override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        _group = ProcessGroup.Join();
        var code = await RunAsync(arguments, _group, _group.Rank == 0 ? terminal : Terminal.Silent(), cancellation);
        _group.Dispose();
        return code;
    }

    /// <summary>Does the work of one process.</summary>
    /// <param name="arguments">The parsed command line.</param>
    /// <param name="group">All processes.</param>
    /// <param name="terminal">Where to write; on all processes but the first, nowhere.</param>
    /// <param name="cancellation">Cancelled by the first Ctrl-C.</param>
    /// <returns>The exit code, the same on all processes.</returns>
    protected abstract Task<int> RunAsync(ParseResult arguments, IProcessGroup group, Terminal terminal, CancellationToken cancellation);

    /// <summary>Whether there is a config.</summary>
    protected bool HasConfig(CommandResult arguments) => arguments.GetResult(_config) is not null;

    /// <summary>Reads the config.</summary>
    protected T ReadConfig<T>(ParseResult arguments)
        where T : notnull =>
        OlmoSharp.Data.Configuration.ConfigReader.Read<T>(arguments.GetRequiredValue(_config), arguments.GetValue(_set));

    /// <summary>Whether broken lines go to a quarantine file.</summary>
    protected bool Quarantines(ParseResult arguments) => arguments.GetValue(_onError) == "quarantine";

    /// <summary>Shows what a job would do.</summary>
    protected void ShowPlan(ParseResult arguments, Terminal terminal, IEnumerable<(string Name, object Value)> plan)
    {
        var table = new ResultTable(new("plan"), new("value"));
        foreach (var (name, value) in plan)
        {
            table.Add(name, value);
        }

        table.Write(terminal, arguments.GetValue(_json));
    }

    /// <summary>Whether results are written for programs.</summary>
    protected bool AsJson(ParseResult arguments) => arguments.GetValue(_json);

    /// <summary>Shows what a job did and gives the exit code: lines in quarantine are no success.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="terminal">Where to show it.</param>
    /// <param name="result">What the job did.</param>
    /// <param name="more">Rows of the command's own.</param>
    protected int Conclude(ParseResult arguments, Terminal terminal, OlmoSharp.Data.Jobs.JobResult result, params IEnumerable<(string Name, object Amount)> more)
    {
        JobTable.Of(result, more).Write(terminal, arguments.GetValue(_json));
        return result.Totals.GetValueOrDefault("quarantined") > 0 ? ExitCode.Quarantined : ExitCode.Success;
    }
}
