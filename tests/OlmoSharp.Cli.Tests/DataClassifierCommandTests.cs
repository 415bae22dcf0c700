using System.Text.Json;
using Xunit;

namespace OlmoSharp.Cli.Tests;

public sealed class DataClassifierCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("olmosharp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_model_is_trained_measured_and_applied()
    {
        var (good, bad, model) = (Documents("good", "a fine book"), Documents("bad", "buy cheap now"), Path.Combine(_folder, "quality.bin"));
        string[] classes = ["--class", $"good={good}", "--class", $"bad={bad}"];
        var trained = await CommandLineRun.Of(["data", "classifier", "train", .. classes, "-o", model, "--buckets", "100", "--epochs", "30", "--learning-rate", "0.5", "--json"]);
        Assert.Equal(ExitCode.Success, trained.ExitCode);
        Assert.Equal((20, 80), (Number(trained, "count", "texts", "amount"), Number(trained, "count", "words", "amount")));

        var measured = await CommandLineRun.Of(["data", "classifier", "eval", model, .. classes]);
        Assert.Matches(@"accuracy +1\n", measured.Output);
        Assert.Matches(@"good +10 +1 +1 +1", measured.Output);
        measured = await CommandLineRun.Of(["data", "classifier", "eval", model, "--class", $"good={bad}", "--json"]);
        Assert.Equal((0, 10), (Number(measured, "measure", "accuracy", "value"), Number(measured, "measure", "texts", "value")));

        var applied = await CommandLineRun.Of("data", "classifier", "apply", model, "-d", good, bad, "-e", "q", "--json");
        Assert.Equal((2, 20), (Number(applied, "count", "shards", "amount"), Number(applied, "count", "documents", "amount")));
        using var row = JsonDocument.Parse(File.ReadLines(Path.Combine(_folder, "attributes", "q", "bad", "0.jsonl")).First());
        var attributes = row.RootElement.GetProperty("attributes");
        Assert.InRange(attributes.GetProperty("q__classifier__bad")[0][2].GetDouble(), 0.8, 1.1);
        Assert.InRange(attributes.GetProperty("q__classifier__good")[0][2].GetDouble(), 0, 0.2);
        Assert.Equal(2, Number(await CommandLineRun.Of("data", "classifier", "apply", model, "-d", good, bad, "-e", "q", "--json"), "count", "shards finished before", "amount"));
    }

    [Theory]
    [InlineData("give texts with --input or --class", "train", "-o", "x")]
    [InlineData("--class needs LABEL=PATH, not 'a'", "train", "-o", "x", "--class", "a")]
    [InlineData("--epochs must be from 1 to 100000", "train", "-o", "x", "-i", "a", "--epochs", "0")]
    [InlineData("--learning-rate must be more than 0 and at most 100", "train", "-o", "x", "-i", "a", "--learning-rate", "0")]
    [InlineData("give texts with --input or --class", "eval", "m.bin")]
    public async Task A_wrong_command_line_is_a_wrong_use(string expected, params string[] arguments)
    {
        var run = await CommandLineRun.Of(["data", "classifier", .. arguments]);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.StartsWith($"error: {expected}", run.Error, StringComparison.Ordinal);
    }

    private static double Number(CommandLineRun run, string key, string name, string value)
    {
        using var json = JsonDocument.Parse(run.Output);
        return json.RootElement.EnumerateArray().First(row => row.GetProperty(key).GetString() == name).GetProperty(value).GetDouble();
    }

    private string Documents(string name, string text)
    {
        var path = Path.Combine(_folder, "documents", name, "0.jsonl");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllLines(path, Enumerable.Range(0, 10).Select(i => JsonSerializer.Serialize(new { id = $"{i}", text, source = name })));
        return Path.GetDirectoryName(path)!;
    }
}
