using System.Text.Json;
using Xunit;

namespace OlmoSharp.Cli.Tests;

public sealed class DataTagCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("olmosharp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Taggers_are_listed_with_their_thresholds()
    {
        var run = await CommandLineRun.Of("data", "taggers");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("\ngopher_v1\n  Gopher's measures", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"word_count +< 50 or > 100000 +\[Gopher\]", run.Output);
        Assert.Contains("parameters: tokenizer (required)", run.Output, StringComparison.Ordinal);

        using var json = JsonDocument.Parse((await CommandLineRun.Of("data", "taggers", "--json", "gopher_v1", "random_number_v1")).Output);
        Assert.Equal(["gopher_v1", "random_number_v1"], json.RootElement.EnumerateArray().Select(tagger => tagger.GetProperty("name").GetString()));
        Assert.Equal("< 0.8", json.RootElement[0].GetProperty("thresholds").EnumerateArray()
            .Single(threshold => threshold.GetProperty("type").GetString() == "fraction_of_words_with_alpha_character").GetProperty("rule").GetString());
        Assert.Equal("seed", json.RootElement[1].GetProperty("parameters")[0].GetProperty("key").GetString());
        Assert.Contains("did you mean gopher_v2?", (await CommandLineRun.Of("data", "taggers", "gopherv2")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_lists_and_writes_nothing()
    {
        var run = await Tag("taggers: [gopher_v1, c4_v1]", "--set", "dryrun=true");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("attributes/c4_v1/a.jsonl", run.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "attributes")));
    }

    [Fact]
    public async Task Lines_in_quarantine_are_counted_in_summary_and_exit_code()
    {
        Assert.Contains("a.jsonl, line 2:", (await TagWith("taggers: [char_length_v1]", "no document\n")).Error, StringComparison.Ordinal);
        var run = await CommandLineRun.Of("data", "tag", "-c", Path.Combine(_folder, "tag.yaml"), "--on-error", "quarantine", "--json");
        Assert.Equal(ExitCode.Quarantined, run.ExitCode);
        using var json = JsonDocument.Parse(run.Output);
        var counts = json.RootElement.EnumerateArray().ToDictionary(row => row.GetProperty("count").GetString()!, row => row.GetProperty("amount").GetInt64());
        Assert.Equal((1, 1, 1), (counts["shards"], counts["documents"], counts["quarantined"]));
    }

    [Fact]
    public async Task Keys_without_effect_are_named_and_a_profile_is_shown()
    {
        var run = await Tag("taggers: [gopher_v1, c4_v1]\nwork_dir: {output: w}\nprofile: {enable: true, lines: 1}");
        Assert.Contains("note: work_dir is not needed", run.Error, StringComparison.Ordinal);
        Assert.Contains("tagger", run.Output, StringComparison.Ordinal);
        Assert.Single(run.Output.Split('\n'), line => line.StartsWith("gopher_v1", StringComparison.Ordinal) || line.StartsWith("c4_v1", StringComparison.Ordinal));

        var file = Path.Combine(_folder, "profile.txt");
        await Tag($"taggers: [gopher_v1]\nprofile: {{enable: true, output: '{file}'}}");
        Assert.Contains("gopher_v1", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_assembly_that_is_not_there_is_an_error() =>
        Assert.Contains("none.dll: there is no such assembly", (await Tag("taggers: [mine]", "--tagger-assembly", "none.dll")).Error, StringComparison.Ordinal);

    private Task<CommandLineRun> Tag(string config, params string[] arguments) => TagWith(config, "", arguments);

    private async Task<CommandLineRun> TagWith(string config, string more, params string[] arguments)
    {
        var documents = Path.Combine(_folder, "documents");
        Directory.CreateDirectory(documents);
        await File.WriteAllTextAsync(Path.Combine(documents, "a.jsonl"), """{"id":"1","text":"words","source":"s"}""" + "\n" + more);
        await File.WriteAllTextAsync(Path.Combine(_folder, "tag.yaml"), $"documents: '{documents}'\n{config}\n");
        return await CommandLineRun.Of(["data", "tag", "-c", Path.Combine(_folder, "tag.yaml"), .. arguments]);
    }
}
