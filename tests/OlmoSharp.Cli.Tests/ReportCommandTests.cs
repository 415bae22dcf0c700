using System.Text.Json;
using Xunit;

namespace OlmoSharp.Cli.Tests;

public sealed class ReportCommandTests : IDisposable
{
    private readonly DirectoryInfo _run = Directory.CreateTempSubdirectory();

    public ReportCommandTests() => File.WriteAllText(
        Path.Combine(_run.FullName, "metrics.jsonl"), "{\"step\":1,\"train/loss\":9.5}\n{\"step\":2,\"train/loss\":4.25}\n{\"step\":3,\"train/loss\":\"NaN\"}\n");

    public void Dispose() => _run.Delete(recursive: true);

    [Fact]
    public async Task Build_writes_the_page_and_prints_its_path()
    {
        var run = await CommandLineRun.Of("report", "build", "--run", _run.FullName);
        var page = Path.Combine(_run.FullName, "report.html");
        Assert.Equal(new CommandLineRun(ExitCode.Success, page + Environment.NewLine, ""), run);
        Assert.Contains("Training loss", await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_prints_a_table_or_json()
    {
        var table = await CommandLineRun.Of("report", "show", "--run", _run.FullName);
        Assert.Equal(["metric", "steps", "first", "last", "lowest", "highest"], table.Output.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(["train/loss", "3", "9.5", "NaN", "4.25", "9.5"], table.Output.Split('\n')[2].Split(' ', StringSplitOptions.RemoveEmptyEntries));

        var json = JsonDocument.Parse((await CommandLineRun.Of("report", "show", "--run", _run.FullName, "--json")).Output).RootElement;
        Assert.Equal("train/loss", json[0].GetProperty("metric").GetString());
        Assert.Equal((9.5, "NaN"), (json[0].GetProperty("first").GetDouble(), json[0].GetProperty("last").GetString()));
    }

    [Fact]
    public async Task A_folder_that_is_no_run_is_an_error()
    {
        var run = await CommandLineRun.Of("report", "show", "--run", Path.Combine(_run.FullName, "none"));
        Assert.Equal(ExitCode.Failure, run.ExitCode);
        Assert.Matches("^error: .*none.metrics.jsonl: no such file; .*\n$", run.Error);
    }
}
