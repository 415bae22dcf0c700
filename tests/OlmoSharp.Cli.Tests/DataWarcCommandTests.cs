using System.Text.Json;
using Xunit;

namespace OlmoSharp.Cli.Tests;

public sealed class DataWarcCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("olmosharp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_config_of_Dolma_runs_and_what_cannot_be_read_is_counted()
    {
        const string Http = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>hello</p>";
        const string Broken = "nothing\r\n\r\n";
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "a.warc"),
            string.Concat(new[] { Http, Broken }.Select(content => $"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://x/\r\nContent-Length: {content.Length}\r\n\r\n{content}\r\n\r\n")),
            TestContext.Current.CancellationToken);
        var config = Path.Combine(_folder, "warc.yaml");
        await File.WriteAllTextAsync(config, $"documents: ['{_folder}/*.warc']\ndestination: ['{_folder}/out']\nsource_name: web\nlinearizer: resiliparse\n", TestContext.Current.CancellationToken);

        var failed = await CommandLineRun.Of("data", "warc", "-c", config);
        Assert.Equal(ExitCode.Failure, failed.ExitCode);
        Assert.Contains("a.warc, record at byte ", failed.Error, StringComparison.Ordinal);
        Assert.Contains("note: text is extracted with SmartReader, not resiliparse", failed.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder, "out", "a.jsonl.zst")));

        var run = await CommandLineRun.Of("data", "warc", "-c", config, "--on-error", "quarantine", "--json");
        Assert.Equal(ExitCode.Quarantined, run.ExitCode);
        using var json = JsonDocument.Parse(run.Output);
        var counts = json.RootElement.EnumerateArray().ToDictionary(row => row.GetProperty("count").GetString()!, row => row.GetProperty("amount").GetInt64());
        Assert.Equal((1, 1, 1), (counts["shards"], counts["documents"], counts["quarantined"]));
        Assert.True(File.Exists(Path.Combine(_folder, "out", "a.jsonl.zst")));
        Assert.Contains("store_html_in_metadata", (await CommandLineRun.Of("data", "warc", "-c", config, "--set", "store_html_in_metadat=true")).Error, StringComparison.Ordinal);
    }
}
