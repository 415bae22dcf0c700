using System.Globalization;
using System.Text.RegularExpressions;
using OlmoSharp.Analysis.Charts;
using OlmoSharp.Analysis.Metrics;

namespace OlmoSharp.Analysis.Reports;

/// <summary>What the metrics of a sparse model say about its routers and experts; nothing where the run has none.</summary>
public static partial class RouterCharts
{
    private const string LoadBalancing = "train/load_balancing_loss";
    private const string RouterZ = "train/router_z_loss";

    // The end of a run is its last tenth: one step's loads are noisy.
    private const int EndShare = 10;

    /// <summary>Router losses, entropy and load over the steps, and the load of every expert at the end.</summary>
    public static IReadOnlyList<ReportBlock> Of(RunMetrics metrics)
    {
        LineChart?[] charts =
        [
            RunCharts.Single(metrics, LoadBalancing, "Load-balancing loss", "loss without its coefficient", isLogarithmic: false, isNoisy: true)
                is { } balance ? balance with { Description = $"Mean over layers; 1 is even. {balance.Description}".TrimEnd() } : null,
            RunCharts.Single(metrics, RouterZ, "Router z-loss", "mean of logsumexp²", isLogarithmic: false, isNoisy: true),
            ByLayer(metrics, "entropy", "Router entropy", "nats", EntropyDescription(metrics)),
            ByLayer(metrics, "max_load_ratio", "Busiest expert", "load ÷ even share", "How many times its even share of the tokens the busiest expert of each layer has."),
            metrics.Series.Any(series => Kind(series.Key) == "idle_experts" && series.Value.Any(point => point.Value > 0))
                ? ByLayer(metrics, "idle_experts", "Experts without tokens", "experts", "Experts of each layer that no token of the step reached.")
                : null,
        ];
        return [.. charts.OfType<LineChart>(), .. Load(metrics) is { } load ? new ReportBlock[] { load } : []];
    }

    /// <summary>True if the metric is shown by <see cref="Of"/>.</summary>
    public static bool Shows(string metric) => metric is LoadBalancing or RouterZ || Name.IsMatch(metric);

    private static string EntropyDescription(RunMetrics metrics)
    {
        var experts = metrics.Series.Keys.Select(ExpertOf).Max() + 1;
        return experts is null
            ? "How undecided the router is, a mean over tokens."
            : $"How undecided the router is, a mean over tokens; without any preference it would be {ChartNumber.Format(Math.Log(experts.Value))}.";
    }

    private static LineChart? ByLayer(RunMetrics metrics, string kind, string title, string unit, string description)
    {
        var series = metrics.Series.Keys.Where(metric => Kind(metric) == kind).OrderBy(LayerOf)
            .Select(metric => RunCharts.SeriesOf(metrics, metric, $"layer {LayerOf(metric)}"))
            .Select(series => series with { SmoothingRadius = series.Points.Count / 100 })
            .ToList();
        return series.Count == 0 ? null : new LineChart
        {
            Title = title,
            Description = description,
            XAxis = new("step"),
            YAxis = new(unit),
            Series = series,
        };
    }

    private static HeatMap? Load(RunMetrics metrics)
    {
        var loads = metrics.Series.Where(series => ExpertOf(series.Key) is not null)
            .ToDictionary(series => (Layer: LayerOf(series.Key), Expert: ExpertOf(series.Key)!.Value), series => series.Value);
        if (loads.Count == 0)
        {
            return null;
        }

        var layers = loads.Keys.Select(key => key.Layer).Distinct().Order().ToList();
        var experts = loads.Keys.Max(key => key.Expert) + 1;
        var (first, last) = (loads.Values.Min(points => points[0].Step), loads.Values.Max(points => points[^1].Step));
        var from = last - Math.Max(1, (last - first + 1) / EndShare) + 1;
        return new HeatMap
        {
            Title = "Load of every expert",
            Description = string.Create(
                CultureInfo.InvariantCulture,
                $"Share of a layer's tokens that an expert gets, over the even share 1/{experts}; a mean over steps {from:#,0} to {last:#,0}. 1 is even, 0 an expert without tokens."),
            RowTitle = "layer",
            ColumnTitle = "expert",
            Rows = [.. layers.Select(layer => layer.ToString(CultureInfo.InvariantCulture))],
            Columns = [.. Enumerable.Range(0, experts).Select(expert => expert.ToString(CultureInfo.InvariantCulture))],
            Values =
            [
                .. layers.Select(layer => (IReadOnlyList<double>)
                [
                    .. Enumerable.Range(0, experts).Select(expert =>
                        loads.TryGetValue((layer, expert), out var points) && points[^1].Step >= from
                            ? experts * points.Where(point => point.Step >= from).Average(point => point.Value)
                            : double.NaN),
                ]),
            ],
        };
    }

    private static string? Kind(string metric) => Name.Match(metric) is { Success: true } match ? match.Groups["kind"].Value : null;

    private static int LayerOf(string metric) => int.Parse(Name.Match(metric).Groups["layer"].Value, CultureInfo.InvariantCulture);

    private static int? ExpertOf(string metric)
        => Name.Match(metric).Groups["expert"] is { Success: true } expert ? int.Parse(expert.Value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex("^router/(?<layer>[0-9]{1,6})/(?:(?<kind>entropy|max_load_ratio|idle_experts)|load/(?<expert>[0-9]{1,6}))$")]
    private static partial Regex Name { get; }
}
