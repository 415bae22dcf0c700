using System.Globalization;
using OlmoSharp.Analysis.Charts;
using OlmoSharp.Analysis.Reports;
using OlmoSharp.Data.Statistics;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary>The page of <c>olmo data stat</c>.</summary>
internal static class StatPage
{
    private const int Bars = 60;
    private static readonly double[] Shares = [0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

    /// <summary>Makes the page: a table of all measures, and two charts for each whose values differ.</summary>
    public static RunReport Of(StatResult result) => new()
    {
        Title = "Attributes and documents",
        Highlights =
        [
            new("measures", result.Summaries.Count.ToString("#,0", CultureInfo.InvariantCulture)),
            new("values", ChartNumber.Format(result.Summaries.Values.Sum(summary => (double)summary.Count))),
        ],
        Sections =
        [
            new("Summary", [Table(result)]),
            .. result.Summaries.Where(pair => pair.Value.Min < pair.Value.Max).Select(pair => new ReportSection(pair.Key, Charts(pair.Key, pair.Value))),
        ],
    };

    private static ReportTable Table(StatResult result) => new()
    {
        Title = "All measures.",
        Description = "Quantiles are exact, or within 1/128 of the value where a measure has very many different values.",
        Columns = [new("measure"), new("count"), new("min"), .. Shares.Select(share => new ReportColumn(FormattableString.Invariant($"p{100 * share:0}"))), new("max"), new("mean")],
        Rows = [.. result.Summaries.Select(pair => (IReadOnlyList<ReportCell>)
        [
            pair.Key, pair.Value.Count, pair.Value.Min,
            .. Shares.Select(share => (ReportCell)pair.Value.Quantile(share)),
            pair.Value.Max, pair.Value.Mean,
        ])],
    };

    private static IReadOnlyList<ReportBlock> Charts(string name, ValueSummary summary)
    {
        var axis = new ChartAxis(name, summary.IsSkewed);
        var bars = summary.Histogram(Bars);
        var below = 0L;
        var shares = new List<ChartPoint>();
        foreach (var bar in bars)
        {
            below += bar.Count;
            shares.Add(new ChartPoint(bar.High, (double)below / summary.Count));
        }

        return
        [
            new LineChart
            {
                Title = "Histogram",
                XAxis = axis,
                YAxis = new ChartAxis("values"),
                Series = [new ChartSeries("values", [.. bars.SelectMany(bar => new[] { new ChartPoint(bar.Low, bar.Count), new ChartPoint(bar.High, bar.Count) })])],
            },
            new LineChart
            {
                Title = "Share of the values up to",
                XAxis = axis,
                YAxis = new ChartAxis("share"),
                Series = [new ChartSeries("share", shares)],
            },
        ];
    }
}
