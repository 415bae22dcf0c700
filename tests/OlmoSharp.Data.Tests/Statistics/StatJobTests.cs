using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Data.Statistics;
using OlmoSharp.Data.Tests.Jobs;
using OlmoSharp.Distributed;
using Xunit;

namespace OlmoSharp.Data.Tests.Statistics;

public sealed class StatJobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Scores_lengths_and_sizes_are_those_of_the_files()
    {
        _folder.Write("attributes/x/a.jsonl", """
            {"id":"1","attributes":{"x__t__score":[[0,4,0.5],[4,10,0.25]],"x__t__none":[]},"source":"s"}
            {"id":"2","attributes":{"x__t__score":[[0,3,0.75]]},"source":"s"}

            """);
        _folder.Write("documents/a.jsonl", """
            {"id":"1","text":"héllo wide  world","source":"s"}
            {"id":"2","text":"","source":"s"}

            """);
        var (result, counts) = Run(Config($"attributes: '{_folder.At("attributes")}'\ndocuments: ['{_folder.At("documents")}']"));
        Assert.Equal(["documents/bytes", "documents/characters", "documents/words", "x__t__score/length", "x__t__score/score"], result.Summaries.Keys);
        Assert.Equal((3, 1.5, 0.25, 0.75, 0.5), Numbers(result.Summaries["x__t__score/score"]));
        Assert.Equal((3, 13, 3, 6, 4), Numbers(result.Summaries["x__t__score/length"]));
        Assert.Equal((2, 18, 0, 18, 0), Numbers(result.Summaries["documents/bytes"]));
        Assert.Equal((2, 17, 0, 17, 0), Numbers(result.Summaries["documents/characters"]));
        Assert.Equal((2, 3, 0, 3, 0), Numbers(result.Summaries["documents/words"]));
        Assert.Equal((2, 2), (counts.Totals["rows"], counts.Totals["documents"]));
        Assert.Equal(["x__t__score/length"], Run(Config($"attributes: '{_folder.At("attributes")}'\nregex: 'score/len'"), "some").Result.Summaries.Keys);
    }

    [Fact]
    public void Summaries_are_the_same_however_the_work_is_divided()
    {
        Random(7);
        var config = Config($"attributes: ['{_folder.At("attributes")}']\nbins: 50\nprocesses: 2");
        var expected = Bytes(Run(config, "one").Result);
        foreach (var processes in new[] { 2, 3 })
        {
            Assert.All(ThreadGroup.Run(processes, group => Bytes(Run(config, $"many-{processes}", group).Result)), bytes => Assert.Equal(expected, bytes));
        }
    }

    [Fact]
    public void A_job_that_is_stopped_anywhere_goes_on_to_the_same_summary()
    {
        Random(4);
        var config = Config($"attributes: ['{_folder.At("attributes")}']\nbins: 50");
        var expected = Bytes(Run(config, "whole").Result);
        var random = new Random(3);
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var stopAt = random.Next(120);
            Assert.Throws<DataException>(() => Run(config, $"stopped-{attempt}", onRow: done =>
            {
                if (done > stopAt)
                {
                    throw new DataException("stopped");
                }
            }));
            var (result, counts) = Run(config, $"stopped-{attempt}");
            Assert.Equal(stopAt / 30, counts.Skipped);
            Assert.Equal(expected, Bytes(result));
        }
    }

    [Theory]
    [InlineData("{\"id\":\"1\",\"attributes\":{\"a\":[[0,1]]}}", "is not a list of [start, end, score]")]
    [InlineData("{\"id\":\"1\"}", "the row has no \"attributes\"")]
    [InlineData("{\"id\":", "invalid JSON")]
    public void A_broken_row_stops_the_job_or_goes_to_quarantine(string row, string reason)
    {
        _folder.Write("attributes/x/a.jsonl", "{\"id\":\"0\",\"attributes\":{\"a\":[[0,1,2]]}}\n" + row + "\n");
        var config = Config($"attributes: '{_folder.At("attributes")}'\nreport: '{_folder.At("report")}'");
        var message = Assert.Throws<DataException>(() => Run(config)).Message;
        Assert.Contains("a.jsonl, line 2: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        var (result, counts) = Run(config, quarantines: true);
        Assert.Equal((1, 1), (counts.Totals["quarantined"], counts.Totals["rows"]));
        Assert.Equal(1, result.Summaries["a/score"].Count);
        Assert.Contains("\"line\":2", File.ReadAllText(Directory.GetFiles(_folder.At("report", ".quarantine"))[0]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_file_and_a_wrong_config_are_errors()
    {
        Random(1);
        var path = _folder.At("attributes", "x", "0.jsonl.gz");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^9]);
        Assert.Contains("damaged or truncated", Assert.Throws<DataException>(() => Run(Config($"attributes: '{path}'"))).Message);
        Assert.Contains("nothing to measure", Assert.Throws<ConfigException>(() => Config("bins: 3")).Message);
        Assert.Contains("no regular expression", Assert.Throws<ConfigException>(() => Config("attributes: x\nregex: '('")).Message);
        Assert.Contains("not on this machine", Assert.Throws<ConfigException>(() => Config("attributes: x\nreport: s3://b/x")).Message);
        Assert.Contains("report: ", Assert.Throws<DataException>(() => new StatJob(Config($"attributes: '{path}'"), "parts", quarantines: true)).Message);
        _folder.Write("ok/a.jsonl", "{\"id\":\"0\",\"attributes\":{\"a\":[[0,1,2]]}}\n");
        Assert.Contains("nothing in these files", Assert.Throws<DataException>(() => Run(Config($"attributes: '{_folder.At("ok")}'\nregex: zzz"))).Message);
    }

    private static (long, double, double, double, double) Numbers(ValueSummary summary) => (summary.Count, summary.Sum, summary.Min, summary.Max, summary.Quantile(0.5));

    private static StatConfig Config(string yaml) => ConfigReader.ReadText<StatConfig>(yaml, "stat.yaml");

    private static byte[] Bytes(StatResult result)
    {
        using var bytes = new MemoryStream();
        result.Write(bytes);
        return bytes.ToArray();
    }

    private void Random(int files)
    {
        var random = new Random(11);
        for (var file = 0; file < files; file++)
        {
            Directory.CreateDirectory(_folder.At("attributes", "x"));
            using var stream = new System.IO.Compression.GZipStream(File.Create(_folder.At("attributes", "x", $"{file}.jsonl.gz")), System.IO.Compression.CompressionLevel.Fastest);
            for (var row = 0; row < 30; row++)
            {
                stream.Write(System.Text.Encoding.UTF8.GetBytes(FormattableString.Invariant(
                    $"{{\"id\":\"{row}\",\"attributes\":{{\"few\":[[0,{random.Next(9)},{random.Next(5)}]],\"many\":[[0,{random.Next(100000)},{random.NextDouble()}]]}}}}\n")));
            }
        }
    }

    private (StatResult Result, JobResult Counts) Run(StatConfig config, string parts = "parts", IProcessGroup? group = null, bool quarantines = false, Action<long>? onRow = null)
    {
        var job = new StatJob(config, _folder.At(parts), quarantines);
        var counts = new ShardJob("stat", job.Settings) { Threads = config.Processes, Group = group ?? SingleProcess.Instance }
            .Run(job.Tasks, job.Run, onRow, TestContext.Current.CancellationToken);
        return (job.Merge(), counts);
    }
}
