using System.Globalization;
using OlmoSharp.Analysis.Charts;
using OlmoSharp.Analysis.Metrics;

namespace OlmoSharp.Analysis.Reports;

/// <summary>Makes a report of any run from what its folder holds: <c>metrics.jsonl</c>, and <c>tasks.json</c> and <c>config.yaml</c> if they are there.</summary>
public static class RunFolderReport
{
    /// <summary>Name of the metrics file in a run's folder.</summary>
    public const string MetricsFile = "metrics.jsonl";

    /// <summary>Name of the resolved config in a run's folder.</summary>
    public const string ConfigFile = "config.yaml";

    /// <summary>Reads the folder.</summary>
    /// <exception cref="AnalysisException">The folder is not a run's, or its metrics are broken or empty.</exception>
    public static RunReport Read(string folder)
    {
        var metricsPath = Path.Combine(folder, MetricsFile);
        var metrics = MetricsReader.Read(metricsPath);
        if (metrics.Series.Count == 0)
        {
            throw new AnalysisException($"{metricsPath}: no metric is logged yet; wait for the run's first step");
        }

        var config = Path.Combine(folder, ConfigFile);
        var tasks = RunTask.Read(folder, metrics);
        ReportSection[] sections =
        [
            new("Learning", RunCharts.Learning(metrics)),
            new("Held-out text", HeldOut(metrics)),
            new("Tasks", TaskCharts.Of(metrics, tasks)),
            new("Experts", RouterCharts.Of(metrics)),
            new("Mechanics", RunCharts.Mechanics(metrics)),
            new("Other metrics", RunCharts.Others(metrics, tasks)),
            new("Configuration", File.Exists(config) ? [new CodeListing(ConfigFile, File.ReadAllText(config))] : []),
        ];
        return new RunReport
        {
            Title = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
            Subtitle = metrics.IsTorn ? "The run still writes, or ended in the middle of a line; that line is left out." : null,
            Highlights = Highlights(metrics),
            Sections = [.. sections.Where(section => section.Blocks.Count > 0)],
        };
    }

    private static List<ReportFact> Highlights(RunMetrics metrics)
    {
        var last = metrics.Series.Values.Select(points => points[^1]).MaxBy(point => point.Step);
        var facts = new List<ReportFact> { new("steps", last.Step.ToString("#,0", CultureInfo.InvariantCulture)) };
        if (last.Tokens is { } tokens)
        {
            facts.Add(new("tokens", ChartNumber.Format(tokens)));
        }

        if (metrics["train/loss"] is [.., var loss])
        {
            facts.Add(new("training loss", ChartNumber.Format(loss.Value), $"at step {loss.Step}"));
        }

        if (metrics["throughput/tokens_per_second"] is { Count: > 0 } rates)
        {
            facts.Add(new("tokens per second", ChartNumber.Format(rates.Select(point => point.Value).Order().ElementAt(rates.Count / 2)), "median over the run"));
        }

        return facts;
    }

    private static List<ReportBlock> HeldOut(RunMetrics metrics)
    {
        var rows = new List<IReadOnlyList<ReportCell>>();
        foreach (var (metric, points) in metrics.Series)
        {
            if (RunCharts.SourceOf(metric) is { } source)
            {
                var lowest = points.MinBy(point => double.IsNaN(point.Value) ? double.PositiveInfinity : point.Value);
                rows.Add([source, points[0].Value, points[^1].Value, lowest.Value, lowest.Step]);
            }
        }

        return rows.Count == 0 ? [] :
        [
            new ReportTable
            {
                Title = "Bits per byte by source.",
                Description = "On text that is never trained on; lower is better.",
                Columns =
                [
                    new("source"), new("first", Format: "0.0000"), new("last", Format: "0.0000"), new("lowest", Format: "0.0000"), new("at step", Format: "#,0"),
                ],
                Rows = rows,
            },
        ];
    }
}
