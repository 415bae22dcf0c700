using OlmoSharp.Analysis.Charts;

namespace OlmoSharp.Analysis.Reports;

/// <summary>Draws a <see cref="HeatMap"/> as an inline SVG with a key, a description for screen readers, and the value of each cell on hovering.</summary>
internal static class HeatMapSvg
{
    private const double Width = 1080;
    private const double Left = 56;
    private const double Right = 18;
    private const double Top = 34;
    private const double Bottom = 40;
    private const double CellHeight = 26;
    private const double WidestCell = 120;

    // Narrower cells have no room for four characters.
    private const double NarrowestLabelled = 34;
    private const double NarrowestNumbered = 18;

    // Text must stay readable on the fullest shade, in both colour schemes.
    private const double FullShade = 0.7;
    private const double FullFactor = 4;

    private static readonly (double Ratio, string Text)[] Key = [(0.25, "¼ or less"), (0.5, "½"), (1, "1"), (2, "2"), (4, "4 or more")];

    /// <summary>Writes the figure.</summary>
    /// <param name="html">Where to.</param>
    /// <param name="map">The grid.</param>
    /// <param name="id">An identifier that is unique on the page.</param>
    /// <exception cref="ArgumentException">A row has not one value for every column, or there is not one row for every name.</exception>
    public static void Write(HtmlWriter html, HeatMap map, string id)
    {
        if (map.Values.Count != map.Rows.Count || map.Values.Any(row => row.Count != map.Columns.Count))
        {
            throw new ArgumentException($"the heat map '{map.Title}' needs {map.Rows.Count} rows of {map.Columns.Count} values");
        }

        html.Write($"<figure class=\"heat\" id=\"{id}\">\n<figcaption>\n<h3>{map.Title}</h3>\n");
        if (map.Description is not null)
        {
            html.Write($"<p>{map.Description}</p>\n");
        }

        html.Write($"<ul class=\"legend\">\n");
        foreach (var (ratio, text) in Key)
        {
            html.Write($"<li><svg class=\"key\" viewBox=\"0 0 22 12\" aria-hidden=\"true\"><rect class=\"cell {Side(ratio)}\" fill-opacity=\"{Shade(ratio)}\" width=\"22\" height=\"12\"/></svg>{text}</li>\n");
        }

        var cell = map.Columns.Count == 0 ? 0 : Math.Min(WidestCell, (Width - Left - Right) / map.Columns.Count);
        var bottom = Top + (map.Rows.Count * CellHeight);
        html.Write($"</ul>\n</figcaption>\n<div class=\"plot\">\n<svg viewBox=\"0 0 {Width} {bottom + Bottom}\" role=\"img\" tabindex=\"0\" aria-labelledby=\"{id}-title {id}-desc\">\n");
        html.Write($"<title id=\"{id}-title\">{map.Title}</title>\n<desc id=\"{id}-desc\">{Describe(map)}</desc>\n");
        for (var row = 0; row < map.Rows.Count; row++)
        {
            for (var column = 0; column < map.Columns.Count; column++)
            {
                WriteCell(html, map, row, column, cell);
            }
        }

        WriteLabels(html, map, cell, bottom);
        html.Write($"</svg>\n</div>\n</figure>\n");
    }

    private static void WriteCell(HtmlWriter html, HeatMap map, int row, int column, double width)
    {
        var value = map.Values[row][column];
        double x = Left + (column * width), y = Top + (row * CellHeight);
        var text = ChartNumber.Format(value);
        html.Write($"<g><title>{map.RowTitle} {map.Rows[row]}, {map.ColumnTitle} {map.Columns[column]}: {text}</title>");
        html.Write($"<rect class=\"cell {Side(value)}\" fill-opacity=\"{Shade(value)}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{CellHeight}\"/>");
        if (width >= NarrowestLabelled)
        {
            html.Write($"<text x=\"{x + (width / 2)}\" y=\"{y + 17}\" text-anchor=\"middle\">{Short(value)}</text>");
        }

        html.Write($"</g>\n");
    }

    private static void WriteLabels(HtmlWriter html, HeatMap map, double width, double bottom)
    {
        html.Write($"<g class=\"ticks\">\n");
        for (var row = 0; row < map.Rows.Count; row++)
        {
            html.Write($"<text x=\"{Left - 8}\" y=\"{Top + (row * CellHeight) + 17}\" text-anchor=\"end\">{map.Rows[row]}</text>\n");
        }

        var stride = Math.Max(1, (int)Math.Ceiling(NarrowestNumbered / Math.Max(width, 1)));
        for (var column = 0; column < map.Columns.Count; column += stride)
        {
            html.Write($"<text x=\"{Left + ((column + 0.5) * width)}\" y=\"{bottom + 16}\" text-anchor=\"middle\">{map.Columns[column]}</text>\n");
        }

        html.Write($"</g>\n<g class=\"axis-titles\">\n<text x=\"{Left + (map.Columns.Count * width / 2)}\" y=\"{bottom + 34}\" text-anchor=\"middle\">{map.ColumnTitle}</text>\n");
        html.Write($"<text x=\"0\" y=\"14\">{map.RowTitle}</text>\n</g>\n");
    }

    private static string Describe(HeatMap map) => string.Join(" ", map.Rows.Select((row, i) =>
    {
        var values = map.Values[i].Select((value, column) => (Value: value, Column: column)).Where(cell => double.IsFinite(cell.Value)).ToList();
        if (values.Count == 0)
        {
            return $"{map.RowTitle} {row}: no values.";
        }

        var (low, high) = (values.MinBy(cell => cell.Value), values.MaxBy(cell => cell.Value));
        return $"{map.RowTitle} {row}: lowest {ChartNumber.Format(low.Value)} ({map.ColumnTitle} {map.Columns[low.Column]}), "
            + $"highest {ChartNumber.Format(high.Value)} ({map.ColumnTitle} {map.Columns[high.Column]}).";
    }));

    private static string Side(double ratio) => ratio > 1 ? "above" : "below";

    private static double Shade(double ratio)
        => double.IsFinite(ratio) ? FullShade * Math.Min(1, Math.Abs(Math.Log(Math.Max(ratio, 1 / FullFactor)) / Math.Log(FullFactor))) : 0;

    private static string Short(double ratio) => ratio.ToString(ratio < 9.995 ? "0.00" : "0.0", System.Globalization.CultureInfo.InvariantCulture);
}
