using System.CommandLine;
using OlmoSharp.Cli.Display;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary>A command that runs a job over shards as a config in the manner of the Dolma toolkit says.</summary>
internal abstract class DataJobCommand : RunnableCommand
{
    private readonly Option<string> _config = new("--config", "-c") { HelpName = "FILE", Description = "The job as YAML or JSON, with the keys of the Dolma toolkit", Required = true };
    private readonly SetOption _set = new();
    private readonly Option<string> _onError = new Option<string>("--on-error") { Description = "What becomes of a line that is no document: fail, or quarantine to go on without it", DefaultValueFactory = _ => "fail" }
        .AcceptOnlyFromAmong("fail", "quarantine");
    private readonly JsonOption _json = new();

    protected DataJobCommand(string name, string description)
        : base(name, description)
    {
        Add(_config);
        Add(_set);
        Add(_onError);
        Add(_json);
    }

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
        var table = new ResultTable(new("count"), new("amount", IsNumber: true));
        table.Add("shards", result.Manifests.Count);
        table.Add("shards finished before", result.Skipped);
        foreach (var (name, amount) in result.Totals)
        {
            table.Add(name, amount);
        }

        foreach (var (name, amount) in more)
        {
            table.Add(name, amount);
        }

        table.Write(terminal, arguments.GetValue(_json));
        return result.Totals.GetValueOrDefault("quarantined") > 0 ? ExitCode.Quarantined : ExitCode.Success;
    }
}
