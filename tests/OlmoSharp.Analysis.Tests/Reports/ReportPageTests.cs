using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using CsCheck;
using OlmoSharp.Analysis.Charts;
using OlmoSharp.Analysis.Reports;
using Xunit;

namespace OlmoSharp.Analysis.Tests.Reports;

public class ReportPageTests
{
    private static readonly string[] Hostile =
    [
        "<script>alert(1)</script>", "</script><script>alert(1)</script>", "</style></title></textarea>", "\"><img src=x onerror=alert(1)>", "' onload='alert(1)", "<!--", "]]>", "&lt;&amp;",
        "\0\u0001\u001b[31m\r\n\t", "\u007f\u0085\u009f", "\ud800x", "\udc00", "\ufffe\uffff\ufdd0", "\U0001fffe", "日本語 العربية 😀", "", "\n\n", "{{x}}", "javascript:alert(1)",
    ];

    [Fact]
    public void The_page_is_valid_html_that_loads_and_runs_nothing_but_itself()
    {
        var page = Parse(Sample("OLMo 2"));
        Assert.Empty(page.QuerySelectorAll("[src], [onload], [onclick], [onerror], link:not([rel=icon]), iframe, object, embed, base, form"));
        Assert.All(page.QuerySelectorAll("[href]"), element => Assert.Matches("^(#|data:,$)", element.GetAttribute("href")!));
        Assert.DoesNotContain("@import", page.QuerySelector("style")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", page.QuerySelector("style")!.TextContent, StringComparison.Ordinal);

        var script = Assert.Single(page.QuerySelectorAll("script:not([type='application/json'])")).TextContent;
        var policy = page.QuerySelector("meta[http-equiv='Content-Security-Policy']")!.GetAttribute("content")!;
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains($"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'", policy, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", page.QuerySelector("style")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void References_inside_the_page_lead_somewhere_and_no_identifier_is_used_twice()
    {
        var page = Parse(Sample("OLMo 2"));
        var ids = page.QuerySelectorAll("[id]").Select(element => element.Id!).ToList();
        Assert.Equal(ids.Distinct(), ids);
        var links = page.QuerySelectorAll("a").Select(link => link.GetAttribute("href")![1..]);
        var labels = page.QuerySelectorAll("[aria-labelledby]").SelectMany(element => element.GetAttribute("aria-labelledby")!.Split(' '));
        Assert.Empty(links.Concat(labels).Except(ids));
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public void Hostile_text_anywhere_changes_neither_the_structure_nor_what_is_read(int which)
    {
        var text = Hostile[which];
        var (hostile, plain) = (Parse(Sample(text)), Parse(Sample("plain")));
        Assert.Equal(plain.All.Select(element => element.NodeName), hostile.All.Select(element => element.NodeName));
        Assert.Equal(Readable(text), hostile.QuerySelector("mark")!.TextContent);
        Assert.Equal(Readable(text), hostile.QuerySelector("details pre")!.TextContent);
        var data = JsonDocument.Parse(hostile.QuerySelector(".chart script")!.TextContent).RootElement;
        Assert.Equal(WithoutLoneSurrogates(text), data.GetProperty("series")[0].GetProperty("name").GetString());
    }

    public static TheoryData<int> HostileTexts() => new(Enumerable.Range(0, Hostile.Length));

    [Fact]
    public void Any_text_is_encoded_to_valid_html() => Gen.String.Sample(text => Parse(Sample(text)).QuerySelector("mark")!.TextContent == Readable(text), iter: 200);

    [Fact]
    public void A_line_is_drawn_where_its_points_are()
    {
        // Powers of two are a straight line on a logarithmic axis, and equal steps are equal distances.
        var chart = Chart(new ChartSeries("s", [.. Enumerable.Range(0, 9).Select(i => new ChartPoint(i, Math.Pow(2, i)))]), isLogarithmic: true);
        var points = PathPoints(Render(chart).QuerySelector("path.line.c0:not(.key path):not(.dot)")!);
        Assert.Equal(9, points.Count);
        for (var i = 2; i < points.Count; i++)
        {
            Assert.Equal(points[1].X - points[0].X, points[i].X - points[i - 1].X, 0.11);
            Assert.Equal(points[1].Y - points[0].Y, points[i].Y - points[i - 1].Y, 0.11);
        }

        Assert.True(points[1].Y < points[0].Y, "higher values are drawn higher");
    }

    [Fact]
    public void What_an_axis_cannot_show_leaves_a_gap_and_is_counted()
    {
        var figure = Render(Chart(new ChartSeries("s", [new(0, 1), new(1, 2), new(2, double.NaN), new(3, -1), new(4, 3), new(5, 4)]), isLogarithmic: true));
        Assert.Equal(2, figure.QuerySelector(".plot path.line.c0:not(.dot)")!.GetAttribute("d")!.Count(c => c == 'M'));
        Assert.StartsWith("2 points that these axes cannot show are left out", figure.QuerySelector(".left-out")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chart_says_in_words_what_it_shows()
    {
        var figure = Render(Chart(new ChartSeries("held-out", [new(0, 9), new(1, 2), new(2, 3)]), isLogarithmic: false));
        Assert.Equal("loss against step. held-out: from 9 to 3, lowest 2, highest 9.", figure.QuerySelector("svg[role=img] > desc")!.TextContent);
        Assert.Contains("held-out 3", figure.QuerySelector(".legend")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Intervals_lie_on_one_axis_and_are_said_in_words()
    {
        var plot = new IntervalPlot { Title = "Effects", Axis = "points", Rows = [new("up", 1, 0.5, 2), new("none", double.NaN, double.NaN, double.NaN), new("down", -2, -3, -1)] };
        var figure = Parse(new RunReport { Title = "t", Sections = [new("s", [plot])] }).QuerySelector("figure")!;
        Assert.Equal(["up: 1, from 0.5 to 2", "none: NaN, from NaN to NaN", "down: −2, from −3 to −1"], figure.QuerySelectorAll("g > title").Select(title => title.TextContent));
        // M low … H high, and the dot of the estimate: of both rows that can be drawn.
        var numbers = figure.QuerySelectorAll("path.line").Select(path => System.Text.RegularExpressions.Regex.Matches(path.GetAttribute("d")!, @"(?<=[MH])-?[\d.]+").Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture)).ToArray()).ToList();
        Assert.Equal(4, numbers.Count);
        double[] drawn = [numbers[0][0], numbers[1][0], numbers[0][2], numbers[2][0], numbers[3][0], numbers[2][2]];
        // Equal differences have equal lengths, also from the line of no effect.
        var zero = double.Parse(figure.QuerySelector("line.axis")!.GetAttribute("x1")!, CultureInfo.InvariantCulture);
        var unit = drawn[1] - zero;
        Assert.True(unit > 10);
        Assert.Equal([0.5, 1, 2, -3, -2, -1], drawn.Select(x => Math.Round((x - zero) / unit, 2)));
    }

    [Fact]
    public void A_heat_map_shades_what_is_off_and_says_it_in_words()
    {
        var map = Map("x", [[0.25, 1], [2, 40]]) with { Title = "Load", RowTitle = "layer", ColumnTitle = "expert", Rows = ["0", "1"], Columns = ["0", "1"] };
        var figure = Parse(new RunReport { Title = "t", Sections = [new("s", [map])] }).QuerySelector("figure.heat")!;
        var cells = figure.QuerySelectorAll(".plot rect").ToList();
        Assert.Equal(["cell below", "cell below", "cell above", "cell above"], cells.Select(cell => cell.ClassName!));
        var shades = cells.Select(cell => double.Parse(cell.GetAttribute("fill-opacity")!, CultureInfo.InvariantCulture)).ToList();
        // A factor of four is the full shade, up or down; on the scale of ratios a factor of two is half of it.
        Assert.Equal([shades[0], 0, shades[0] / 2, shades[0]], shades);
        Assert.InRange(shades[0], 0.5, 1);
        // Row by row from the top, column by column from the left, without gaps.
        var corners = cells.Select(cell => (X: Number(cell, "x"), Y: Number(cell, "y"), Width: Number(cell, "width"), Height: Number(cell, "height"))).ToList();
        Assert.Equal((corners[0].X + corners[0].Width, corners[0].Y), (corners[1].X, corners[1].Y));
        Assert.Equal((corners[0].X, corners[0].Y + corners[0].Height), (corners[2].X, corners[2].Y));
        Assert.Equal(["layer 0, expert 0: 0.25", "layer 0, expert 1: 1", "layer 1, expert 0: 2", "layer 1, expert 1: 40"], figure.QuerySelectorAll("g > title").Select(title => title.TextContent));
        Assert.Equal(
            "layer 0: lowest 0.25 (expert 0), highest 1 (expert 1). layer 1: lowest 2 (expert 0), highest 40 (expert 1).",
            figure.QuerySelector("svg[role=img] > desc")!.TextContent);
        Assert.Throws<ArgumentException>(() => ReportPage.Render(new RunReport { Title = "t", Sections = [new("s", [map with { Rows = ["0"] }])] }));

        static double Number(IElement element, string name) => double.Parse(element.GetAttribute(name)!, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_heat_map_of_any_size_stays_within_its_drawing() => Gen.Select(Gen.Int[0, 3], Gen.Int[0, 130], Gen.Double).Sample(
        (rows, columns, value) =>
        {
            var map = Map("x", [.. Enumerable.Range(0, rows).Select(_ => (IReadOnlyList<double>)[.. Enumerable.Repeat(value, columns)])]) with
            {
                Rows = [.. Enumerable.Range(0, rows).Select(row => $"{row}")],
                Columns = [.. Enumerable.Range(0, columns).Select(column => $"{column}")],
            };
            var svg = Parse(new RunReport { Title = "t", Sections = [new("s", [map])] }).QuerySelector("figure.heat .plot svg")!;
            var box = svg.GetAttribute("viewBox")!.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToList();
            return svg.QuerySelectorAll("rect, text").All(element =>
                element.GetAttribute("x") is { } x && double.Parse(x, CultureInfo.InvariantCulture) >= 0
                && double.Parse(x, CultureInfo.InvariantCulture) + double.Parse(element.GetAttribute("width") ?? "0", CultureInfo.InvariantCulture) <= box[2]
                && double.Parse(element.GetAttribute("y")!, CultureInfo.InvariantCulture) <= box[3])
                && svg.QuerySelectorAll("rect").All(element => double.Parse(element.GetAttribute("fill-opacity")!, CultureInfo.InvariantCulture) is >= 0 and <= 1);
        },
        iter: 60);

    [Fact]
    public void Charts_without_points_and_with_extreme_ones_are_drawn() => Gen.Double.Array[0, 4].Sample(
        values => Render(Chart(new ChartSeries("s", [.. values.Select((value, i) => new ChartPoint(i, value))]), isLogarithmic: false))
            .QuerySelectorAll(".plot text, .plot path").All(element => !element.OuterHtml.Contains("NaN", StringComparison.Ordinal) && !element.OuterHtml.Contains('∞')),
        iter: 200);

    [Fact]
    public void Tables_mark_the_best_and_align_numbers()
    {
        var page = Parse(Sample("x"));
        Assert.Equal(["12,000", "1.9000"], page.QuerySelectorAll("td.best").Select(cell => cell.TextContent));
        Assert.All(page.QuerySelectorAll("tbody tr"), row => Assert.Equal(["TH", "TD", "TD", "TD"], row.Children.Select(cell => cell.TagName)));
        Assert.Equal(["text", "number", "number", "text"], page.QuerySelectorAll("thead th").Select(cell => cell.ClassName!));
        Assert.Throws<ArgumentException>(() => ReportPage.Render(new RunReport
        {
            Title = "t",
            Sections = [new("s", [new ReportTable { Title = "t", Columns = [new("a"), new("b")], Rows = [["only one"]] }])],
        }));
    }

    [Fact]
    public void The_same_report_gives_the_same_bytes_and_a_file_is_whole_or_not_there()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "report.html");
            ReportPage.Write(Sample("x"), path);
            Assert.Equal(ReportPage.Render(Sample("x")), File.ReadAllText(path));
            Assert.Equal([path], Directory.GetFiles(folder.FullName));
            var below = Path.Combine(path, "report.html"); // below a file, where nothing can be
            Assert.StartsWith(below, Assert.Throws<AnalysisException>(() => ReportPage.Write(Sample("x"), below)).Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static RunReport Sample(string text) => new()
    {
        Title = text,
        Subtitle = text,
        Highlights = [new(text, text, text)],
        Facts = [new(text, text), new("seed", "1")],
        Sections =
        [
            new(text, [Chart(new ChartSeries(text, [new(0, 1), new(1, 2)]), isLogarithmic: false, text), Chart(new ChartSeries("b", []), isLogarithmic: false)]),
            new("table",
            [
                new ReportTable
                {
                    Title = text,
                    Description = text,
                    Columns = [new(text), new("loss", BestValue.Lowest, "0.0000"), new("rate", BestValue.Highest), new("note")],
                    Rows = [[text, 2.5, 12000.0, text], ["b", 1.9, default, default], ["c", double.NaN, 100.0, text]],
                },
            ]),
            new("map", [Map(text, [[0, 1], [2, double.NaN]]), new IntervalPlot { Title = text, Description = text, Axis = text, Rows = [new(text, 1, 0, 2)] }]),
            new("text", [new TextSample(text, text, text), new ReportNote("note " + text.Replace("\n\n", "", StringComparison.Ordinal).Replace("\r\n", "", StringComparison.Ordinal)), new CodeListing(text, text)]),
        ],
    };

    private static HeatMap Map(string text, IReadOnlyList<IReadOnlyList<double>> values) => new()
    {
        Title = text,
        Description = text,
        RowTitle = text,
        ColumnTitle = text,
        Rows = [text, "1"],
        Columns = ["0", text],
        Values = values,
    };

    private static LineChart Chart(ChartSeries series, bool isLogarithmic, string text = "step") => new()
    {
        Title = text,
        Description = text,
        XAxis = new(text),
        YAxis = new("loss", isLogarithmic),
        Series = [series],
    };

    private static IElement Render(LineChart chart) =>
        Parse(new RunReport { Title = "t", Sections = [new("s", [chart])] }).QuerySelector("figure")!;

    // Strict: throws on anything that the HTML standard calls a parse error.
    private static IHtmlDocument Parse(RunReport report) =>
        new HtmlParser(new HtmlParserOptions { IsStrictMode = true }).ParseDocument(ReportPage.Render(report));

    private static List<ChartPoint> PathPoints(IElement path) =>
    [
        .. path.GetAttribute("d")!.Split(['M', 'L'], StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray())
            .Select(pair => new ChartPoint(pair[0], pair[1])),
    ];

    // What a reader must see: controls as their pictures, what Unicode forbids as the replacement character.
    private static string Readable(string text) => string.Concat(WithoutLoneSurrogates(text).EnumerateRunes().Select(rune =>
        rune.Value is '\t' or '\n' ? rune.ToString()
        : rune.Value < 0x20 ? ((char)(0x2400 + rune.Value)).ToString()
        : rune.Value == 0x7F ? "\u2421"
        : Rune.GetUnicodeCategory(rune) == UnicodeCategory.Control || (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF ? "\uFFFD"
        : rune.ToString()));

    private static string WithoutLoneSurrogates(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.ToString()));
}
