using System.CommandLine;
using OlmoSharp.Analysis.Reports;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Data.Statistics;
using OlmoSharp.Distributed;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary><c>olmo data stat</c>.</summary>
internal sealed class DataStatCommand : DataJobCommand
{
    private const int SparkBars = 16;

    public DataStatCommand()
        : base("stat", "Show how attributes and the sizes of documents are distributed") =>
        Examples =
        [
            new("olmo data stat -c stat.yaml", "Show counts, quantiles and histograms of a config's attributes and documents"),
            new("olmo data stat -c stat.yaml --set report=corpus/stat", "Also write stat.json and the page stat.html"),
            new("olmo data stat -c stat.yaml --set regex=word_count --json", "Print the summary of some measures for a program"),
        ];

    protected override async Task<int> RunAsync(ParseResult arguments, IProcessGroup group, Terminal terminal, CancellationToken cancellation)
    {
        var config = ReadConfig<StatConfig>(arguments);
        var given = config.WorkDir.Output ?? (config.Report is { } report ? Path.Combine(report, ".parts") : null);
        if (given is null && group.Size > 1)
        {
            throw new DistributedException($"report: {group.Size} processes leave their summaries in one folder, but the config names none. Give report or work_dir.output, or start the command without mpirun.");
        }

        using var parts = new PartsFolder(given);
        var job = new StatJob(config, parts.Path, Quarantines(arguments));
        if (config.DryRun)
        {
            ShowPlan(arguments, terminal, job.Tasks.Select(task => ("file", (object)task.Inputs[0])));
            return ExitCode.Success;
        }

        var done = await ProgressDisplay.RunAsync(terminal, "Measuring", "rows", null, progress =>
            new ShardJob("stat", job.Settings) { Threads = config.Debug ? 1 : config.Processes, Group = group, IsIntermediate = true }
                .Run(job.Tasks, job.Run, count => progress.Report(count), cancellation));
        if (group.Rank == 0)
        {
            await ReportAsync(job.Merge(), config, terminal, AsJson(arguments));
        }

        return done.Totals.GetValueOrDefault("quarantined") > 0 ? ExitCode.Quarantined : ExitCode.Success;
    }

    private static async Task ReportAsync(StatResult result, StatConfig config, Terminal terminal, bool asJson)
    {
        Show(result, config.Total, terminal, asJson);
        if (config.Report is { } folder)
        {
            using var file = new AtomicFile(Path.Combine(folder, "stat.json"));
            result.Write(file.Stream);
            file.Complete();
            ReportPage.Write(StatPage.Of(result), Path.Combine(folder, "stat.html"));
            await terminal.Error.WriteLineAsync($"report: {Path.Combine(folder, "stat.html")}");
        }
    }

    private static void Show(StatResult result, bool isTotal, Terminal terminal, bool asJson)
    {
        string[] numbers = isTotal ? ["count", "sum", "mean"] : ["count", "min", "p5", "p50", "p95", "max", "mean"];
        var hasBars = !isTotal && !asJson;
        var table = new ResultTable([new("measure"), .. numbers.Select(name => new ResultColumn(name, IsNumber: true)), .. hasBars ? [new ResultColumn("histogram")] : Array.Empty<ResultColumn>()]);
        foreach (var (name, summary) in result.Summaries)
        {
            object?[] cells = isTotal
                ? [name, summary.Count, summary.Sum, summary.Mean]
                : [name, summary.Count, summary.Min, summary.Quantile(0.05), summary.Quantile(0.5), summary.Quantile(0.95), summary.Max, summary.Mean];
            table.Add(hasBars ? [.. cells, Spark(summary)] : cells);
        }

        table.Write(terminal, asJson);
    }

    private static string Spark(ValueSummary summary)
    {
        var bars = summary.Histogram(SparkBars);
        var highest = bars.Max(bar => bar.Count);
        return string.Concat(bars.Select(bar => bar.Count == 0 ? ' ' : "▁▂▃▄▅▆▇█"[(int)(7 * bar.Count / highest)])) + (summary.IsSkewed && bars.Count > 1 ? " (log)" : "");
    }

    /// <summary>The folder of the shards' summaries: one that stays, or one that goes with the command.</summary>
    private sealed class PartsFolder(string? given) : IDisposable
    {
        public string Path { get; } = given ?? Directory.CreateTempSubdirectory("olmo-stat-").FullName;

        public void Dispose()
        {
            if (given is null)
            {
                Directory.Delete(Path, recursive: true);
            }
        }
    }
}
