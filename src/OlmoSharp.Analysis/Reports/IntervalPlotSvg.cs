using OlmoSharp.Analysis.Charts;

namespace OlmoSharp.Analysis.Reports;

/// <summary>Draws an <see cref="IntervalPlot"/> as an inline SVG, with a line where there is no effect, a description for screen readers, and the numbers of each row on hovering.</summary>
internal static class IntervalPlotSvg
{
    private const double Width = 1080;
    private const double Left = 320;
    private const double Right = 18;
    private const double Top = 10;
    private const double Bottom = 44;
    private const double RowHeight = 28;
    private const double Cap = 5;

    /// <summary>Writes the figure.</summary>
    /// <param name="html">Where to.</param>
    /// <param name="plot">The plot.</param>
    /// <param name="id">An identifier that is unique on the page.</param>
    public static void Write(HtmlWriter html, IntervalPlot plot, string id)
    {
        var axis = AxisScale.Fit(plot.Rows.Where(CanShow).SelectMany(row => new[] { row.Low, row.Estimate, row.High }).Append(0), isLogarithmic: false, 10, hasMargin: true);
        html.Write($"<figure class=\"heat\" id=\"{id}\">\n<figcaption>\n<h3>{plot.Title}</h3>\n");
        if (plot.Description is not null)
        {
            html.Write($"<p>{plot.Description}</p>\n");
        }

        var bottom = Top + (plot.Rows.Count * RowHeight);
        html.Write($"</figcaption>\n<div class=\"plot\">\n<svg viewBox=\"0 0 {Width} {bottom + Bottom}\" role=\"img\" tabindex=\"0\" aria-labelledby=\"{id}-title {id}-desc\">\n");
        html.Write($"<title id=\"{id}-title\">{plot.Title}</title>\n<desc id=\"{id}-desc\">{string.Join(" ", plot.Rows.Select(row => $"{Describe(row)}."))}</desc>\n");
        WriteAxis(html, plot, axis, bottom);
        for (var i = 0; i < plot.Rows.Count; i++)
        {
            var row = plot.Rows[i];
            var y = Top + ((i + 0.5) * RowHeight);
            html.Write($"<g><title>{Describe(row)}</title><text x=\"{Left - 12}\" y=\"{y + 4}\" text-anchor=\"end\">{row.Name}</text>");
            if (CanShow(row))
            {
                var (low, middle, high) = (X(axis, row.Low), X(axis, row.Estimate), X(axis, row.High));
                html.Write($"<path class=\"line c0\" d=\"M{low} {y - Cap}v{2 * Cap}M{low} {y}H{high}M{high} {y - Cap}v{2 * Cap}\"/><path class=\"line dot c0\" d=\"M{middle} {y}h0\"/>");
            }

            html.Write($"</g>\n");
        }

        html.Write($"</svg>\n</div>\n</figure>\n");
    }

    private static void WriteAxis(HtmlWriter html, IntervalPlot plot, AxisScale axis, double bottom)
    {
        html.Write($"<g class=\"grid\">\n");
        foreach (var tick in axis.Ticks)
        {
            html.Write($"<line x1=\"{X(axis, tick)}\" x2=\"{X(axis, tick)}\" y1=\"{Top}\" y2=\"{bottom}\"/>\n");
        }

        html.Write($"</g>\n<line class=\"axis\" x1=\"{X(axis, 0)}\" x2=\"{X(axis, 0)}\" y1=\"{Top}\" y2=\"{bottom}\"/>\n<g class=\"ticks\">\n");
        foreach (var (tick, label) in axis.Ticks.Zip(axis.Labels))
        {
            html.Write($"<text x=\"{X(axis, tick)}\" y=\"{bottom + 18}\" text-anchor=\"middle\">{label}</text>\n");
        }

        html.Write($"</g>\n<g class=\"axis-titles\">\n<text x=\"{(Left + Width - Right) / 2}\" y=\"{bottom + 36}\" text-anchor=\"middle\">{plot.Axis}</text>\n</g>\n");
    }

    private static string Describe(IntervalRow row) => $"{row.Name}: {ChartNumber.Format(row.Estimate)}, from {ChartNumber.Format(row.Low)} to {ChartNumber.Format(row.High)}";

    private static bool CanShow(IntervalRow row) => new[] { row.Low, row.Estimate, row.High }.All(value => AxisScale.CanShow(value, isLogarithmic: false));

    private static double X(AxisScale axis, double value) => Left + (axis.Position(value) * (Width - Left - Right));
}
