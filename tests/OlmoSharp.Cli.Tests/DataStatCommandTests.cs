using System.Text.Json;
using Xunit;

namespace OlmoSharp.Cli.Tests;

public sealed class DataStatCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("olmosharp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_config_gives_a_table_JSON_and_a_page()
    {
        var attributes = Path.Combine(_folder, "attributes", "x");
        Directory.CreateDirectory(attributes);
        await File.WriteAllLinesAsync(
            Path.Combine(attributes, "a.jsonl"),
            Enumerable.Range(1, 100).Select(i => $$"""{"id":"{{i}}","attributes":{"x__<t>__n":[[0,5,{{i}}]]},"source":"s"}"""), TestContext.Current.CancellationToken);
        var config = Path.Combine(_folder, "stat.yaml");
        await File.WriteAllTextAsync(config, $"attributes: ['{attributes}/*']\nbins: 1000\nseed: 3\ntotal: false\n", TestContext.Current.CancellationToken);

        var table = await CommandLineRun.Of("data", "stat", "-c", config);
        Assert.Equal(ExitCode.Success, table.ExitCode);
        Assert.Matches(@"x__<t>__n/length +100 +5 +5 +5 +5 +5 +5", table.Output);
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder, "attributes"));

        var report = Path.Combine(_folder, "report");
        using var json = JsonDocument.Parse((await CommandLineRun.Of("data", "stat", "-c", config, "--set", $"report={report}", "--json")).Output);
        var score = json.RootElement.EnumerateArray().Single(row => row.GetProperty("measure").GetString() == "x__<t>__n/score");
        Assert.Equal((1, 5, 50, 95, 100, 50.5), (Number("min"), Number("p5"), Number("p50"), Number("p95"), Number("max"), Number("mean")));
        var page = await File.ReadAllTextAsync(Path.Combine(report, "stat.html"), TestContext.Current.CancellationToken);
        Assert.Contains("x__&lt;t&gt;__n/score", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<t>", page, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(report, "stat.json")));

        double Number(string name) => score.GetProperty(name).GetDouble();
    }

    [Fact]
    public async Task An_unknown_key_is_named()
    {
        var config = Path.Combine(_folder, "stat.yaml");
        await File.WriteAllTextAsync(config, "attributes: x\nbin: 3\n", TestContext.Current.CancellationToken);
        Assert.Contains("bins", (await CommandLineRun.Of("data", "stat", "-c", config)).Error, StringComparison.Ordinal);
    }
}
