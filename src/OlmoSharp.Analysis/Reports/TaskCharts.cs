using System.Globalization;
using OlmoSharp.Analysis.Charts;
using OlmoSharp.Analysis.Metrics;

namespace OlmoSharp.Analysis.Reports;

/// <summary>What a run's metrics say about its scores on tasks; nothing where it has none.</summary>
public static class TaskCharts
{
    private const string BitsPerByte = "BPB v2";
    private const string Duration = "eval_duration";
    private const string StandardError = "standard error";
    private const string Failures = "failures";

    /// <summary>The scores as a table, and over the steps.</summary>
    /// <param name="metrics">The run's metrics.</param>
    /// <param name="tasks">Its tasks.</param>
    public static IReadOnlyList<ReportBlock> Of(RunMetrics metrics, IReadOnlyList<RunTask> tasks)
    {
        var scored = Scored(metrics, tasks);
        return scored.Count == 0 ? [] : [Table(metrics, scored), .. OverSteps(metrics, scored)];
    }

    /// <summary>A chart for each kind of score, and one of the bits that a byte of the right answers needs: it moves before accuracies do.</summary>
    /// <param name="metrics">The run's metrics.</param>
    /// <param name="tasks">Its tasks.</param>
    public static IReadOnlyList<LineChart> OverSteps(RunMetrics metrics, IReadOnlyList<RunTask> tasks)
    {
        List<LineChart> charts = [];
        foreach (var kind in tasks.Select(task => task.Kind).Append(BitsPerByte).Distinct())
        {
            List<RunTask> own = [.. tasks.Where(task => task.Kind == kind)];
            List<RunTask> shown = [.. (kind == BitsPerByte ? tasks : own).Where(task => metrics[task.Named(kind)].Count > 0)];
            if (shown.Count == 0)
            {
                continue;
            }

            double?[] chances = [.. own.Select(task => task.Chance is { } chance ? Math.Round(chance, 3) : (double?)null).Distinct()];
            var better = kind == BitsPerByte ? "Of the right answers; lower is better." : own[0].IsHigherBetter ? "Higher is better." : "Lower is better.";
            charts.Add(new LineChart
            {
                Title = kind == BitsPerByte ? "Tasks: bits per byte" : $"Tasks: {kind}",
                Description = chances is [{ } only] ? string.Create(CultureInfo.InvariantCulture, $"{better} Guessing scores {only:0.###}.") : better,
                XAxis = new ChartAxis("step"),
                YAxis = new ChartAxis(kind == BitsPerByte ? "bits per byte" : kind),
                Series = [.. shown.Select(task => RunCharts.SeriesOf(metrics, task.Named(kind), task.Label))],
            });
        }

        return charts;
    }

    /// <summary>The metrics that <see cref="Of"/> shows: of each task its score, standard error, failures and bits per byte, and the time that tasks took.</summary>
    /// <param name="metrics">The run's metrics.</param>
    /// <param name="tasks">Its tasks.</param>
    public static IEnumerable<string> Shown(RunMetrics metrics, IReadOnlyList<RunTask> tasks) => Scored(metrics, tasks).SelectMany(task =>
        new[] { task.Figure, task.Named(StandardError), task.Named(Failures), task.Named(BitsPerByte), $"{Duration}/{task.Label}", Duration });

    private static List<RunTask> Scored(RunMetrics metrics, IReadOnlyList<RunTask> tasks) => [.. tasks.Where(task => metrics[task.Figure].Count > 0)];

    private static ReportTable Table(RunMetrics metrics, List<RunTask> tasks) => new()
    {
        Title = "Scores on tasks.",
        Description = string.Create(
            CultureInfo.InvariantCulture,
            $"± is the standard error of the last score, the documents being a sample of those that could have been asked; documents without an answer count as wrong in accuracies. All evaluations took {metrics[Duration].Sum(point => point.Value):0.0} s."),
        Columns =
        [
            new("task"), new("score"), new("n", Format: "#,0"), new("no answer", Format: "#,0"), new("chance", Format: "0.000"), new("first", Format: "0.000"), new("last", Format: "0.000"), new("±", Format: "0.000"),
            new("best", Format: "0.000"), new("at step", Format: "#,0"), new("seconds each", Format: "0.00"),
        ],
        Rows =
        [
            .. tasks.Select(task =>
            {
                var points = metrics[task.Figure];
                var best = points.MaxBy(point => double.IsNaN(point.Value) ? double.NegativeInfinity : task.IsHigherBetter ? point.Value : -point.Value);
                double? error = metrics[task.Named(StandardError)] is [.., var last] ? last.Value : null;
                double? failures = metrics[task.Named(Failures)] is { Count: > 0 } counts ? counts.Max(point => point.Value) : task.Failures;
                double? seconds = metrics[$"{Duration}/{task.Label}"] is { Count: > 0 } times ? times.Average(point => point.Value) : null;
                return (IReadOnlyList<ReportCell>)[task.Label, task.Kind, (double?)task.Documents, failures, task.Chance, points[0].Value, points[^1].Value, error, best.Value, best.Step, seconds];
            }),
        ],
    };
}
