using System.CommandLine;
using OlmoSharp.Analysis.Metrics;
using OlmoSharp.Analysis.Reports;
using OlmoSharp.Cli.Display;

namespace OlmoSharp.Cli.Commands.Report;

/// <summary><c>olmo report show</c>.</summary>
internal sealed class ReportShowCommand : RunnableCommand
{
    private readonly Option<string> _run = new("--run") { HelpName = "DIR", Description = "The run's folder, with its metrics.jsonl", Required = true };
    private readonly JsonOption _json = new();

    public ReportShowCommand()
        : base("show", "Show the first, last, lowest and highest value of each metric of a run")
    {
        Add(_run);
        Add(_json);
        Examples =
        [
            new("olmo report show --run runs/quickstart", "See how far a run is"),
            new("olmo report show --run runs/quickstart --json | jq '.[] | select(.metric == \"train/loss\") | .last'", "Take one number for a script"),
        ];
    }

    protected override Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var metrics = MetricsReader.Read(Path.Combine(arguments.GetRequiredValue(_run), RunFolderReport.MetricsFile));
        var table = new ResultTable(
            new("metric"), new("steps", IsNumber: true), new("first", IsNumber: true), new("last", IsNumber: true), new("lowest", IsNumber: true), new("highest", IsNumber: true));
        foreach (var (metric, points) in metrics.Series)
        {
            var numbers = points.Select(point => point.Value).Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).ToList();
            table.Add(metric, points.Count, points[0].Value, points[^1].Value, numbers.Min(), numbers.Max());
        }

        table.Write(terminal, arguments.GetValue(_json));
        return Task.FromResult(ExitCode.Success);
    }
}
