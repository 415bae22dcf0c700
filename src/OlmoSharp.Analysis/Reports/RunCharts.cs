using OlmoSharp.Analysis.Charts;
using OlmoSharp.Analysis.Metrics;

namespace OlmoSharp.Analysis.Reports;

/// <summary>The charts that every training run has, made from its metrics. A chart whose metrics were not logged is not made.</summary>
public static class RunCharts
{
    private const string Prefix = "heldout/";
    private const string BitsPerByte = "/bits_per_byte";

    private static readonly ChartAxis Step = new("step");

    /// <summary>Training loss, with held-out bits per byte by source beside it.</summary>
    public static IReadOnlyList<LineChart> Learning(RunMetrics metrics) => Present(
        Single(metrics, "train/loss", "Training loss", "cross-entropy (nats per token)", isLogarithmic: true, isNoisy: true),
        BySource(metrics));

    /// <summary>Gradient norm, learning rate and throughput.</summary>
    public static IReadOnlyList<LineChart> Mechanics(RunMetrics metrics) => Present(
        Single(metrics, "train/grad_norm", "Gradient norm", "L2 norm before clipping", isLogarithmic: true, isNoisy: true),
        Single(metrics, "train/lr", "Learning rate", "learning rate", isLogarithmic: false, isNoisy: false),
        Single(metrics, "throughput/tokens_per_second", "Throughput", "tokens per second", isLogarithmic: false, isNoisy: true));

    /// <summary>Every metric that is not shown by <see cref="Learning"/>, <see cref="Mechanics"/>, <see cref="RouterCharts"/> or <see cref="TaskCharts.Of"/>, one chart each; suites' scores are among them.</summary>
    /// <param name="metrics">The run's metrics.</param>
    /// <param name="tasks">Its tasks.</param>
    public static IReadOnlyList<LineChart> Others(RunMetrics metrics, IReadOnlyList<RunTask> tasks)
    {
        HashSet<string> charted = ["train/loss", "train/lr", "train/grad_norm", "throughput/tokens_per_second", .. TaskCharts.Shown(metrics, tasks)];
        return Present(
        [
            .. metrics.Series.Keys
                .Where(metric => !charted.Contains(metric) && SourceOf(metric) is null && !RouterCharts.Shows(metric))
                .Select(metric => Single(metrics, metric, metric, metric, isLogarithmic: false, isNoisy: false)),
        ]);
    }

    /// <summary>The held-out source that a metric is about, or null if it is not held-out bits per byte.</summary>
    public static string? SourceOf(string metric) =>
        metric.StartsWith(Prefix, StringComparison.Ordinal) && metric.EndsWith(BitsPerByte, StringComparison.Ordinal)
        && metric.Length > Prefix.Length + BitsPerByte.Length
            ? metric[Prefix.Length..^BitsPerByte.Length]
            : null;

    /// <summary>A metric's points as a line of a chart over steps.</summary>
    public static ChartSeries SeriesOf(RunMetrics metrics, string metric, string name) =>
        new(name, [.. metrics[metric].Select(point => new ChartPoint(point.Step, point.Value))]);

    private static LineChart? BySource(RunMetrics metrics)
    {
        var series =
            (from metric in metrics.Series.Keys
             let source = SourceOf(metric)
             where source is not null
             select SeriesOf(metrics, metric, source)).ToList();
        return series.Count == 0 ? null : new LineChart
        {
            Title = "Held-out bits per byte",
            Description = "On text that is never trained on, by source; lower is better.",
            XAxis = Step,
            YAxis = new ChartAxis("bits per byte", IsLogarithmic: true),
            Series = series,
        };
    }

    /// <summary>A chart of one metric; null if it was not logged.</summary>
    internal static LineChart? Single(RunMetrics metrics, string metric, string title, string unit, bool isLogarithmic, bool isNoisy)
    {
        var series = SeriesOf(metrics, metric, metric);
        var radius = isNoisy ? series.Points.Count / 100 : 0;
        return series.Points.Count == 0 ? null : new LineChart
        {
            Title = title,
            Description = radius > 0 ? $"The line is the mean of {(2 * radius) + 1} points; the points are faint behind it." : null,
            XAxis = Step,
            YAxis = new ChartAxis(unit, isLogarithmic),
            Series = [series with { SmoothingRadius = radius }],
        };
    }

    private static List<LineChart> Present(params IEnumerable<LineChart?> charts) => [.. charts.OfType<LineChart>()];
}
