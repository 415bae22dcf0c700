using System.Globalization;
using System.Text;
using OlmoSharp.Analysis.Metrics;
using OlmoSharp.Analysis.Reports;
using Xunit;

namespace OlmoSharp.Analysis.Tests.Reports;

public sealed class RouterChartsTests
{
    [Fact]
    public void A_dense_run_has_none()
    {
        var metrics = Parse("""{"step":1,"train/loss":2,"router/00/load":1,"router/x/entropy":1,"other/00/load/01":3}""");
        Assert.Empty(RouterCharts.Of(metrics));
        Assert.Equal(["other/00/load/01", "router/00/load", "router/x/entropy"], RunCharts.Others(metrics, []).Select(chart => chart.Title));
    }

    [Fact]
    public void A_sparse_run_has_its_losses_entropy_and_load()
    {
        // Layer 10 after layer 2, expert loads that drift: the map shows the mean of the last tenth only.
        var lines = Enumerable.Range(1, 40).Select(step => string.Create(CultureInfo.InvariantCulture,
            $$"""
            {"step":{{step}},"train/load_balancing_loss":{{1 + (1.0 / step)}},"train/router_z_loss":{{step}},"router/02/entropy":{{0.5 + (0.01 * step)}},"router/10/entropy":0.1,"router/02/max_load_ratio":1.5,"router/10/max_load_ratio":2,"router/02/idle_experts":0,"router/10/idle_experts":0,"router/02/load/00":{{step / 100.0}},"router/02/load/01":{{1 - (step / 100.0)}},"router/10/load/00":0,"router/10/load/01":1}
            """));
        var blocks = RouterCharts.Of(Parse(string.Join('\n', lines)));
        var charts = blocks.OfType<LineChart>().ToList();
        Assert.Equal(["Load-balancing loss", "Router z-loss", "Router entropy", "Busiest expert"], charts.Select(chart => chart.Title));
        Assert.Equal(["layer 2", "layer 10"], charts[2].Series.Select(series => series.Name));
        Assert.Equal([0.51, 0.9], [charts[2].Series[0].Points[0].Y, charts[2].Series[0].Points[^1].Y]);
        Assert.Contains("0.6931", charts[2].Description!, StringComparison.Ordinal);

        var map = Assert.IsType<HeatMap>(blocks[^1]);
        Assert.Equal(["2", "10"], map.Rows);
        Assert.Equal(["0", "1"], map.Columns);
        // Steps 37 to 40.
        Assert.Equal([2 * 0.385, 2 * 0.615], map.Values[0].Select(value => Math.Round(value, 9)));
        Assert.Equal([0, 2], map.Values[1]);
        Assert.Contains("steps 37 to 40", map.Description!, StringComparison.Ordinal);
    }

    [Fact]
    public void Idle_experts_have_a_chart_where_there_are_any()
    {
        var blocks = RouterCharts.Of(Parse("""
            {"step":1,"router/00/idle_experts":0}
            {"step":2,"router/00/idle_experts":3}
            """));
        Assert.Equal("Experts without tokens", Assert.IsType<LineChart>(Assert.Single(blocks)).Title);
    }

    private static RunMetrics Parse(string lines) => MetricsReader.Parse(Encoding.UTF8.GetBytes(lines), "metrics.jsonl");
}
