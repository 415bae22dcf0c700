using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using OlmoSharp.Analysis.Charts;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Analysis.Reports;

/// <summary>
/// Makes one HTML page of a <see cref="RunReport"/>. The page needs nothing but itself: styles, charts and script are inside, and its own policy
/// forbids it to load anything or to run any other script. The same report always gives the same bytes.
/// </summary>
public static class ReportPage
{
    private static readonly string Style = Own("report.css");
    private static readonly string Script = Own("report.js");

    /// <summary>The page as text.</summary>
    /// <exception cref="ArgumentException">A table's or heat map's row has not one cell for every column.</exception>
    public static string Render(RunReport report)
    {
        var html = new HtmlWriter();
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Script)));
        html.Write($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{hash}'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <link rel="icon" href="data:,">
            <title>{report.Title}</title>
            <style>

            """);
        html.WriteOwn(Style);
        html.Write($"</style>\n</head>\n<body>\n<header>\n<h1>{report.Title}</h1>\n");
        if (report.Subtitle is not null)
        {
            html.Write($"<p class=\"subtitle\">{report.Subtitle}</p>\n");
        }

        html.Write($"</header>\n<main>\n");
        WriteFacts(html, report.Highlights, "highlights");
        WriteContents(html, report);
        for (var i = 0; i < report.Sections.Count; i++)
        {
            html.Write($"<section id=\"section-{i + 1}\" aria-labelledby=\"section-{i + 1}-title\">\n<h2 id=\"section-{i + 1}-title\">{report.Sections[i].Title}</h2>\n");
            WriteBlocks(html, report.Sections[i].Blocks, $"chart-{i + 1}");
            html.Write($"</section>\n");
        }

        if (report.Facts.Count > 0)
        {
            html.Write($"<section id=\"facts\" aria-labelledby=\"facts-title\">\n<h2 id=\"facts-title\">The run</h2>\n");
            WriteFacts(html, report.Facts, "facts");
            html.Write($"</section>\n");
        }

        html.Write($"</main>\n<footer>Made by OlmoSharp {typeof(ReportPage).Assembly.GetName().Version!.ToString(3)}</footer>\n<script>");
        html.WriteOwn(Script);
        html.Write($"</script>\n</body>\n</html>\n");
        return html.ToString();
    }

    /// <summary>Writes the page to a file, which is whole or not there: it is written beside its place, flushed to disk, and then renamed.</summary>
    /// <exception cref="AnalysisException">The file cannot be written.</exception>
    public static void Write(RunReport report, string path)
    {
        try
        {
            AtomicFile.WriteAllText(path, Render(report));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AnalysisException($"{path}: the report cannot be written: {e.Message}", e);
        }
    }

    private static void WriteContents(HtmlWriter html, RunReport report)
    {
        if (report.Sections.Count < 3)
        {
            return;
        }

        html.Write($"<nav aria-label=\"Sections\">\n");
        for (var i = 0; i < report.Sections.Count; i++)
        {
            html.Write($"<a href=\"#section-{i + 1}\">{report.Sections[i].Title}</a>\n");
        }

        if (report.Facts.Count > 0)
        {
            html.Write($"<a href=\"#facts\">The run</a>\n");
        }

        html.Write($"</nav>\n");
    }

    private static void WriteFacts(HtmlWriter html, IReadOnlyList<ReportFact> facts, string style)
    {
        if (facts.Count == 0)
        {
            return;
        }

        html.Write($"<dl class=\"{style}\">\n");
        foreach (var fact in facts)
        {
            html.Write($"<div><dt>{fact.Name}</dt><dd>{fact.Value}");
            if (fact.Note is not null)
            {
                html.Write($" <small>{fact.Note}</small>");
            }

            html.Write($"</dd></div>\n");
        }

        html.Write($"</dl>\n");
    }

    private static void WriteBlocks(HtmlWriter html, IReadOnlyList<ReportBlock> blocks, string chartId)
    {
        for (var i = 0; i < blocks.Count; i++)
        {
            switch (blocks[i])
            {
                case LineChart:
                    var charts = blocks.Skip(i).TakeWhile(block => block is LineChart).Cast<LineChart>().ToList();
                    WriteCharts(html, charts, $"{chartId}-{i + 1}");
                    i += charts.Count - 1;
                    break;
                case HeatMap map:
                    HeatMapSvg.Write(html, map, $"{chartId}-{i + 1}");
                    break;
                case IntervalPlot plot:
                    IntervalPlotSvg.Write(html, plot, $"{chartId}-{i + 1}");
                    break;
                case ReportTable table:
                    WriteTable(html, table);
                    break;
                case TextSample sample:
                    // The line feed after <pre> is markup: without it, one that starts the text would be lost.
                    html.Write($"<article class=\"sample\">\n<h3>{sample.Label}</h3>\n<pre dir=\"auto\">\n<span class=\"prompt\">{sample.Prompt}</span><mark>{sample.Continuation}</mark></pre>\n</article>\n");
                    break;
                case ReportNote note:
                    foreach (var paragraph in note.Text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                    {
                        html.Write($"<p class=\"note\">{paragraph}</p>\n");
                    }

                    break;
                case CodeListing listing:
                    html.Write($"<details><summary>{listing.Title}</summary>\n<pre>\n{listing.Text}</pre>\n</details>\n");
                    break;
            }
        }
    }

    private static void WriteCharts(HtmlWriter html, List<LineChart> charts, string id)
    {
        html.Write($"<div class=\"charts\">\n");
        for (var i = 0; i < charts.Count; i++)
        {
            // Charts stand in pairs; with an odd number the first has the whole width.
            var isWide = i == 0 && charts.Count % 2 == 1;
            ChartSvg.Write(html, charts[i], $"{id}-{i + 1}", isWide);
        }

        html.Write($"</div>\n");
    }

    private static void WriteTable(HtmlWriter html, ReportTable table)
    {
        if (table.Rows.FirstOrDefault(row => row.Count != table.Columns.Count) is { } row)
        {
            throw new ArgumentException($"a row of the table '{table.Title}' has {row.Count} cells for {table.Columns.Count} columns");
        }

        html.Write($"<div class=\"table\">\n<table>\n<caption><strong>{table.Title}</strong>");
        if (table.Description is not null)
        {
            html.Write($" {table.Description}");
        }

        html.Write($"</caption>\n<thead><tr>");
        var kinds = table.Columns.Select((_, i) => i > 0 && table.Rows.Any(cells => cells[i].Number is not null) ? "number" : "text").ToList();
        for (var i = 0; i < table.Columns.Count; i++)
        {
            html.Write($"<th scope=\"col\" class=\"{kinds[i]}\">{table.Columns[i].Title}</th>");
        }

        html.Write($"</tr></thead>\n<tbody>\n");
        var best = table.Columns.Select((column, i) => Best(column, table.Rows.Select(cells => cells[i].Number))).ToList();
        foreach (var cells in table.Rows)
        {
            html.Write($"<tr>");
            for (var i = 0; i < cells.Count; i++)
            {
                var text = Text(table.Columns[i], cells[i]);
                if (i == 0)
                {
                    html.Write($"<th scope=\"row\">{text}</th>");
                }
                else if (cells[i].Number is { } number && number == best[i])
                {
                    html.Write($"<td class=\"number best\"><strong title=\"best of the column\">{text}</strong></td>");
                }
                else
                {
                    html.Write($"<td class=\"{kinds[i]}\">{text}</td>");
                }
            }

            html.Write($"</tr>\n");
        }

        html.Write($"</tbody>\n</table>\n</div>\n");
    }

    private static string Text(ReportColumn column, ReportCell cell) =>
        cell.Number is not { } number ? cell.Text ?? "–"
        : column.Format is null ? ChartNumber.Format(number)
        : number.ToString(column.Format, CultureInfo.InvariantCulture);

    private static double? Best(ReportColumn column, IEnumerable<double?> numbers)
    {
        var finite = numbers.OfType<double>().Where(double.IsFinite).ToList();
        return finite.Count < 2 ? null : column.Best switch
        {
            BestValue.Lowest => finite.Min(),
            BestValue.Highest => finite.Max(),
            _ => null,
        };
    }

    private static string Own(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
