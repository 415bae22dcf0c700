using System.Globalization;
using System.Text;
using System.Text.Json;
using OlmoSharp.Analysis.Charts;

namespace OlmoSharp.Analysis.Reports;

/// <summary>Draws a <see cref="LineChart"/> as an inline SVG with a legend, a description for screen readers, and the points that hovering reads.</summary>
internal sealed class ChartSvg
{
    private const double Height = 330;
    private const double Left = 56;
    private const double Right = 18;
    private const double Top = 34;
    private const double Bottom = 52;

    // Colours are classes 0 to 7 of the style sheet; from the ninth line on they return dashed.
    private const int ColourCount = 8;
    private const double ColumnWidth = 2;
    private const int MostDots = 60;

    private readonly LineChart _chart;
    private readonly string _id;
    private readonly double _width;
    private readonly AxisScale _x;
    private readonly AxisScale _y;
    private readonly IReadOnlyList<Line> _lines;

    private ChartSvg(LineChart chart, string id, bool isWide)
    {
        _chart = chart;
        _id = id;
        _width = isWide ? 1080 : 530;
        var drawn = chart.Series.SelectMany(series => series.Points).Where(CanShow).ToList();
        _x = AxisScale.Fit(drawn.Select(point => point.X), chart.XAxis.IsLogarithmic, isWide ? 10 : 6, hasMargin: false);
        _y = AxisScale.Fit(drawn.Select(point => point.Y), chart.YAxis.IsLogarithmic, 6, hasMargin: true);
        _lines = [.. chart.Series.Select(series => new Line(series.Name, series.Smoothed(), series.SmoothingRadius > 0 ? series.Points : []))];
    }

    private double PlotRight => _width - Right;

    private static double PlotBottom => Height - Bottom;

    /// <summary>Writes the figure.</summary>
    /// <param name="html">Where to.</param>
    /// <param name="chart">The chart.</param>
    /// <param name="id">An identifier that is unique on the page.</param>
    /// <param name="isWide">True to fill the page's width, false for half of it.</param>
    public static void Write(HtmlWriter html, LineChart chart, string id, bool isWide) => new ChartSvg(chart, id, isWide).Write(html);

    private void Write(HtmlWriter html)
    {
        html.Write($"<figure class=\"chart\" id=\"{_id}\">\n<figcaption>\n<h3>{_chart.Title}</h3>\n");
        if (_chart.Description is not null)
        {
            html.Write($"<p>{_chart.Description}</p>\n");
        }

        WriteLegend(html);
        html.Write($"</figcaption>\n<div class=\"plot\">\n<svg viewBox=\"0 0 {_width} {Height}\" role=\"img\" tabindex=\"0\" aria-labelledby=\"{_id}-title {_id}-desc\">\n");
        html.Write($"<title id=\"{_id}-title\">{_chart.Title}</title>\n<desc id=\"{_id}-desc\">{Describe()}</desc>\n");
        WriteAxes(html);
        for (var i = 0; i < _lines.Count; i++)
        {
            WriteLine(html, _lines[i].Faint, $"faint {Colour(i)}");
            WriteLine(html, _lines[i].Points, Colour(i));
            WriteDots(html, _lines[i].Points, $"c{i % ColourCount}");
        }

        html.Write($"<line class=\"cursor\" y1=\"{Top}\" y2=\"{PlotBottom}\" x1=\"0\" x2=\"0\"/>\n</svg>\n</div>\n");
        WriteLeftOut(html);
        html.Write($"<script type=\"application/json\">");
        html.WriteOwn(JsonSerializer.Serialize(HoverData()));
        html.Write($"</script>\n</figure>\n");
    }

    private void WriteLegend(HtmlWriter html)
    {
        html.Write($"<ul class=\"legend\">\n");
        for (var i = 0; i < _lines.Count; i++)
        {
            var last = _lines[i].Points.LastOrDefault(CanShow);
            html.Write($"<li><svg class=\"key\" viewBox=\"0 0 22 8\" aria-hidden=\"true\"><path class=\"line {Colour(i)}\" d=\"M0 4H22\"/></svg>{_lines[i].Name}");
            if (_lines[i].Points.Any(CanShow))
            {
                html.Write($" <span class=\"last\">{ChartNumber.Format(last.Y)}</span>");
            }

            html.Write($"</li>\n");
        }

        html.Write($"</ul>\n");
    }

    private void WriteAxes(HtmlWriter html)
    {
        html.Write($"<g class=\"grid\">\n");
        foreach (var y in _y.Ticks.Select(ToY))
        {
            html.Write($"<line x1=\"{Left}\" x2=\"{PlotRight}\" y1=\"{y}\" y2=\"{y}\"/>\n");
        }

        foreach (var x in _x.Ticks.Select(ToX))
        {
            html.Write($"<line x1=\"{x}\" x2=\"{x}\" y1=\"{PlotBottom}\" y2=\"{PlotBottom + 5}\"/>\n");
        }

        html.Write($"</g>\n<line class=\"axis\" x1=\"{Left}\" x2=\"{PlotRight}\" y1=\"{PlotBottom}\" y2=\"{PlotBottom}\"/>\n<g class=\"ticks\">\n");
        foreach (var (y, label) in _y.Ticks.Select(ToY).Zip(_y.Labels))
        {
            html.Write($"<text x=\"{Left - 8}\" y=\"{y + 4}\" text-anchor=\"end\">{label}</text>\n");
        }

        foreach (var (x, label) in _x.Ticks.Select(ToX).Zip(_x.Labels))
        {
            html.Write($"<text x=\"{x}\" y=\"{PlotBottom + 19}\" text-anchor=\"middle\">{label}</text>\n");
        }

        html.Write($"</g>\n<g class=\"axis-titles\">\n<text x=\"{(Left + PlotRight) / 2}\" y=\"{Height - 10}\" text-anchor=\"middle\">{AxisTitle(_chart.XAxis)}</text>\n");
        html.Write($"<text x=\"0\" y=\"14\">{AxisTitle(_chart.YAxis)}</text>\n</g>\n");
    }

    private void WriteLine(HtmlWriter html, IReadOnlyList<ChartPoint> points, string style)
    {
        var path = new StringBuilder();
        foreach (var run in Runs(points))
        {
            var command = 'M';
            foreach (var point in LineThinner.Thin(run, ColumnWidth))
            {
                path.Append(CultureInfo.InvariantCulture, $"{command}{point.X:0.#} {point.Y:0.#}");
                command = 'L';
            }
        }

        if (path.Length > 0)
        {
            html.Write($"<path class=\"line {style}\" d=\"{path.ToString()}\"/>\n");
        }
    }

    /// <summary>Marks the points of a line that has few, so that one sees where it was measured (and that a single point is there at all).</summary>
    private void WriteDots(HtmlWriter html, IReadOnlyList<ChartPoint> points, string style)
    {
        var dots = Runs(points).SelectMany(run => run).ToList();
        if (dots.Count is > 0 and <= MostDots)
        {
            // A line of no length with round ends is a dot.
            var path = string.Concat(dots.Select(dot => string.Create(CultureInfo.InvariantCulture, $"M{dot.X:0.#} {dot.Y:0.#}h0")));
            html.Write($"<path class=\"line dot {style}\" d=\"{path}\"/>\n");
        }
    }

    private void WriteLeftOut(HtmlWriter html)
    {
        var count = _chart.Series.SelectMany(series => series.Points).Count(point => !CanShow(point));
        if (count > 0)
        {
            html.Write($"<p class=\"left-out\">{count} {(count == 1 ? "point" : "points")} that these axes cannot show {(count == 1 ? "is" : "are")} left out.</p>\n");
        }
    }

    /// <summary>The stretches of points between those that cannot be shown, in drawing units.</summary>
    private IEnumerable<List<ChartPoint>> Runs(IReadOnlyList<ChartPoint> points)
    {
        var run = new List<ChartPoint>();
        foreach (var point in points)
        {
            if (CanShow(point))
            {
                run.Add(new ChartPoint(ToX(point.X), ToY(point.Y)));
            }
            else if (run.Count > 0)
            {
                yield return run;
                run = [];
            }
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }

    private object HoverData() => new
    {
        x = _chart.XAxis.Title,
        series = _lines.Select((line, i) =>
        {
            // One point a column is as fine as a pointer can choose.
            var points = line.Points.Where(CanShow).GroupBy(point => Math.Floor(ToX(point.X) / ColumnWidth)).Select(column => column.Last()).ToList();
            return new
            {
                name = line.Name,
                colour = Colour(i),
                at = points.Select(point => Math.Round(ToX(point.X), 1)),
                x = points.Select(point => ChartNumber.Format(point.X)),
                y = points.Select(point => ChartNumber.Format(point.Y)),
            };
        }),
    };

    private string Describe() => string.Join(" ",
    [
        $"{_chart.YAxis.Title} against {_chart.XAxis.Title}.",
        .. _lines.Select(line => line.Points.Where(CanShow).ToList() is { Count: > 0 } points
            ? $"{line.Name}: from {ChartNumber.Format(points[0].Y)} to {ChartNumber.Format(points[^1].Y)}, lowest {ChartNumber.Format(points.Min(point => point.Y))}, highest {ChartNumber.Format(points.Max(point => point.Y))}."
            : $"{line.Name}: no points."),
    ]);

    private double ToX(double x) => Left + (_x.Position(x) * (PlotRight - Left));

    private double ToY(double y) => PlotBottom - (_y.Position(y) * (PlotBottom - Top));

    private bool CanShow(ChartPoint point) =>
        AxisScale.CanShow(point.X, _chart.XAxis.IsLogarithmic) && AxisScale.CanShow(point.Y, _chart.YAxis.IsLogarithmic);

    private static string AxisTitle(ChartAxis axis) => axis.IsLogarithmic ? $"{axis.Title} (log scale)" : axis.Title;

    private static string Colour(int series) => $"c{series % ColourCount}{(series / ColourCount % 2 == 1 ? " dashed" : "")}";

    private sealed record Line(string Name, IReadOnlyList<ChartPoint> Points, IReadOnlyList<ChartPoint> Faint);
}
