using OlmoSharp.Analysis.Reports;
using Xunit;

namespace OlmoSharp.Analysis.Tests.Reports;

public sealed class RunFolderReportTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_run_folder_becomes_charts_of_what_it_logged()
    {
        Write(RunFolderReport.MetricsFile, """
            {"step":1,"tokens":100,"train/loss":9,"train/lr":0.1,"heldout/web/bits_per_byte":3,"moe/load":0.5}
            {"step":2,"tokens":200,"train/loss":5,"train/lr":0.1,"heldout/web/bits_per_byte":2,"heldout/code/bits_per_byte":1}
            {"step":3,"tokens":300,"train/lo
            """);
        Write(RunFolderReport.ConfigFile, "steps: 3\n");
        var report = RunFolderReport.Read(_folder.FullName);

        Assert.Equal(_folder.Name, report.Title);
        Assert.Contains("in the middle of a line", report.Subtitle!, StringComparison.Ordinal);
        Assert.Equal(["Learning", "Held-out text", "Mechanics", "Other metrics", "Configuration"], report.Sections.Select(section => section.Title));
        Assert.Equal(["2", "200", "5"], report.Highlights.Select(fact => fact.Value));
        var charts = report.Sections.SelectMany(section => section.Blocks).OfType<LineChart>().ToList();
        Assert.Equal(["Training loss", "Held-out bits per byte", "Learning rate", "moe/load"], charts.Select(chart => chart.Title));
        Assert.Equal(["code", "web"], charts[1].Series.Select(series => series.Name));
        Assert.Equal([new(1, 3), new(2, 2)], charts[1].Series[1].Points);
        var table = Assert.Single(report.Sections.SelectMany(section => section.Blocks).OfType<ReportTable>());
        Assert.Equal(["web", 3.0, 2.0, 2.0, 2.0], table.Rows[1]);
        Assert.StartsWith("<!DOCTYPE html>", ReportPage.Render(report), StringComparison.Ordinal);
    }

    [Fact]
    public void A_sparse_run_has_a_section_on_its_experts()
    {
        Write(RunFolderReport.MetricsFile, """{"step":1,"train/loss":9,"train/load_balancing_loss":1.5,"router/00/load/00":0.25,"router/00/load/01":0.75}""" + "\n");
        var report = RunFolderReport.Read(_folder.FullName);
        Assert.Equal(["Learning", "Experts"], report.Sections.Select(section => section.Title));
        Assert.Equal([0.5, 1.5], Assert.IsType<HeatMap>(report.Sections[1].Blocks[^1]).Values[0]);
    }

    [Fact]
    public void A_folder_without_metrics_is_an_error_that_names_the_file()
    {
        Assert.Contains("metrics.jsonl: no such file", Assert.Throws<AnalysisException>(() => RunFolderReport.Read(_folder.FullName)).Message, StringComparison.Ordinal);
        Write(RunFolderReport.MetricsFile, "");
        Assert.Contains("no metric is logged yet", Assert.Throws<AnalysisException>(() => RunFolderReport.Read(_folder.FullName)).Message, StringComparison.Ordinal);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);
}
