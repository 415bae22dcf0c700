using OlmoSharp.Tokenization;
using Xunit;

namespace OlmoSharp.Cli.Tests;

public sealed class DataTokensTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("olmosharp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_config_becomes_shards()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "documents"));
        var documents = Path.Combine(_folder, "documents", "a.jsonl");
        File.WriteAllLines(documents, Enumerable.Range(0, 50).Select(row => $$"""{"id":"{{row}}","text":"{{(row < 40 ? "some text" : " ")}}","source":"s"}"""));
        BpeTrainer.Train(["some text, some more text"], new BpeTrainerOptions { VocabularySize = 270 }, cancellationToken: TestContext.Current.CancellationToken).Save(Path.Combine(_folder, "tokenizer.json"));
        var config = Path.Combine(_folder, "tokens.yaml");
        File.WriteAllText(config, $$"""
            documents: {{_folder}}/documents
            destination: {{_folder}}/shards
            tokenizer: {name_or_path: {{_folder}}/tokenizer.json}
            ring_size: 4
            """);

        var dry = await CommandLineRun.Of("data", "tokens", "-c", config, "--set", "dryrun=true");
        Assert.Matches(@"documents\s+1\s", dry.Output);
        Assert.False(Directory.Exists(Path.Combine(_folder, "shards")));

        var run = await CommandLineRun.Of("data", "tokens", "-c", config);
        Assert.Equal((ExitCode.Success, ""), (run.ExitCode, run.ExitCode == 0 ? "" : run.Error));
        Assert.Matches(@"shards\s+1\s", run.Output);
        Assert.Matches(@"documents\s+40\s", run.Output);
        Assert.Matches(@"documents without text\s+10\s", run.Output);
        Assert.Matches(@"bytes\s+360\s", run.Output);
        Assert.Contains("note: files_per_process, batch_size, ring_size", run.Error);
        Assert.True(File.Exists(Path.Combine(_folder, "shards", "part.shards.json")));
        Assert.Matches(@"shards finished before\s+1\s", (await CommandLineRun.Of("data", "tokens", "-c", config)).Output);

        File.AppendAllText(documents, "{broken\n");
        var quarantined = await CommandLineRun.Of("data", "tokens", "-c", config, "--on-error", "quarantine");
        Assert.Equal(ExitCode.Quarantined, quarantined.ExitCode);
        Assert.Matches(@"quarantined\s+1", quarantined.Output);
        var failed = await CommandLineRun.Of("data", "tokens", "-c", config);
        Assert.Equal(ExitCode.Failure, failed.ExitCode);
        Assert.Contains("a.jsonl, line 51", failed.Error);
    }

    [Theory]
    [InlineData("data", "tokens")]
    [InlineData("data", "tokens", "-i", "a", "-o", "b")]
    [InlineData("data", "tokens", "-c", "a", "-i", "b", "-t", "c", "-o", "d")]
    public async Task There_is_one_way_at_a_time_to_say_what_to_do(params string[] arguments)
    {
        var run = await CommandLineRun.Of(arguments);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("give either --config, or --input, --tokenizer and --output", run.Error);
    }
}
