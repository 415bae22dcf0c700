using OlmoSharp.Analysis.Metrics;
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
    public void Scores_on_tasks_are_a_table_and_charts_by_kind()
    {
        Write(RunFolderReport.MetricsFile, """
            {"step":0,"eval/downstream/a (accuracy v2)":0.25,"eval/downstream/a (BPB v2)":2,"eval/downstream/a (soft loss v2)":0.25,"eval/downstream/b (BPB v2)":3,"eval_duration":1.5,"eval_duration/a":1,"eval_duration/b":0.5}
            {"step":5,"train/loss":9,"eval/downstream/a (accuracy v2)":0.75,"eval/downstream/a (BPB v2)":1.5,"eval/downstream/b (BPB v2)":2}
            {"step":9,"train/loss":8,"eval/downstream/a (accuracy v2)":0.5,"eval/downstream/a (standard error)":0.05,"eval/downstream/a (BPB v2)":1,"eval/downstream/b (BPB v2)":2.5,"eval/downstream/b (failures)":3,"eval/downstream/both (score)":0.7,"eval_duration":2.5,"eval_duration/a":2,"eval_duration/b":0.5}

            """);
        Write(RunTask.File, """
            [{"label":"a","figure":"eval/downstream/a (accuracy v2)","chance":0.25,"documents":120,"truncated":3,"failures":2,"is_higher_better":true,"hash":"00"},
             {"label":"b","figure":"eval/downstream/b (BPB v2)","chance":null,"documents":7,"truncated":0,"is_higher_better":false,"hash":"01"},
             {"label":"c","figure":"eval/downstream/c (f1)","chance":null,"documents":7,"truncated":0,"is_higher_better":true,"hash":"02"}]
            """);
        var report = RunFolderReport.Read(_folder.FullName);
        Assert.Equal(["Learning", "Tasks", "Other metrics"], report.Sections.Select(section => section.Title));
        var table = Assert.IsType<ReportTable>(report.Sections[1].Blocks[0]);
        Assert.Equal(
            [["a", "accuracy v2", 120.0, 2.0, 0.25, 0.25, 0.5, 0.05, 0.75, 5.0, 1.5], ["b", "BPB v2", 7.0, 3.0, (double?)null, 3.0, 2.5, (double?)null, 2.0, 5.0, 0.5]],
            table.Rows);
        Assert.Contains("took 4.0 s", table.Description, StringComparison.Ordinal);
        var charts = report.Sections[1].Blocks.OfType<LineChart>().ToList();
        Assert.Equal(["Tasks: accuracy v2", "Tasks: bits per byte"], charts.Select(chart => chart.Title));
        Assert.Equal([["a"], ["a", "b"]], charts.Select(chart => chart.Series.Select(series => series.Name)));
        Assert.Equal("Higher is better. Guessing scores 0.25.", charts[0].Description);
        Assert.Equal([new(0, 2), new(5, 1.5), new(9, 1)], charts[1].Series[0].Points);

        // What neither the table nor those charts have: suites, and further scores of tasks.
        Assert.Equal(["eval/downstream/a (soft loss v2)", "eval/downstream/both (score)"], report.Sections[2].Blocks.Cast<LineChart>().Select(chart => chart.Title));

        // Without the file, the tasks are those of the names, as in logs of OLMo-core.
        File.Delete(Path.Combine(_folder.FullName, RunTask.File));
        table = Assert.IsType<ReportTable>(RunFolderReport.Read(_folder.FullName).Sections[1].Blocks[0]);
        Assert.Equal(["a", "b"], table.Rows.Select(row => row[0].Text));
        Write(RunTask.File, """[{"label":"a"}]""");
        Assert.Contains("tasks.json: the file is damaged", Assert.Throws<AnalysisException>(() => RunFolderReport.Read(_folder.FullName)).Message, StringComparison.Ordinal);
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
