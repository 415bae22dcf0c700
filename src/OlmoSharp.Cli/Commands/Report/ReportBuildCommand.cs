using System.CommandLine;
using OlmoSharp.Analysis.Reports;

namespace OlmoSharp.Cli.Commands.Report;

/// <summary><c>olmo report build</c>.</summary>
internal sealed class ReportBuildCommand : RunnableCommand
{
    private readonly Option<string> _run = new("--run") { HelpName = "DIR", Description = "The run's folder, with its metrics.jsonl", Required = true };
    private readonly Option<string?> _output = new("--output", "-o") { HelpName = "FILE", Description = "Where to write the page; report.html in the run's folder if not given" };

    public ReportBuildCommand()
        : base("build", "Make one self-contained HTML page of a run's metrics and config")
    {
        Add(_run);
        Add(_output);
        Examples =
        [
            new("olmo report build --run runs/quickstart", "Write runs/quickstart/report.html"),
            new("olmo report build --run runs/quickstart -o /tmp/now.html", "Look at a run that is still training"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var run = arguments.GetRequiredValue(_run);
        var output = arguments.GetValue(_output) ?? Path.Combine(run, "report.html");
        ReportPage.Write(RunFolderReport.Read(run), output);
        await terminal.Output.WriteLineAsync(output);
        return ExitCode.Success;
    }
}
