using OlmoSharp.Models;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Tokenization;
using Xunit;

namespace OlmoSharp.Cli.Tests;

public sealed class EvalCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_suite_lists_its_tasks()
    {
        var run = await CommandLineRun.Of("eval", "list", "piqa::olmes", "--json");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("piqa:mc::olmes", run.Output, StringComparison.Ordinal);
        Assert.Contains("piqa:rc::olmes", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("inloop", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_are_written_inspected_and_compared()
    {
        var data = Path.Combine(_folder.FullName, "data");
        Directory.CreateDirectory(data);
        await File.WriteAllTextAsync(Path.Combine(data, "piqa.validation.jsonl"), """{"goal": "Open a jar", "sol1": "Turn the lid.", "sol2": "Sing.", "label": 0}""" + "\n", TestContext.Current.CancellationToken);
        var file = Path.Combine(_folder.FullName, "requests.jsonl");
        var written = await CommandLineRun.Of("eval", "requests", "piqa:rc::olmes", "--data", data, "--set", "shots=0", "-o", file);
        Assert.Equal(ExitCode.Success, written.ExitCode);
        Assert.EndsWith($"{file}: 4 requests", written.Output.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(4, (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken)).Length);

        var inspected = await CommandLineRun.Of("eval", "inspect", "piqa:rc::olmes", "--data", data, "--set", "shots=0");
        Assert.Contains("no BOS", inspected.Output, StringComparison.Ordinal);
        Assert.Contains("Goal: Open a jar\nAnswer:", inspected.Output, StringComparison.Ordinal);
        Assert.Contains("continuation 0 (gold): \" Turn the lid.\"", inspected.Output, StringComparison.Ordinal);

        var same = await CommandLineRun.Of("eval", "conformance", "--requests", file, "--data", data, "--set", "shots=0");
        Assert.Equal((ExitCode.Success, ""), (same.ExitCode, same.Error));
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Replace("Goal: Open", "Goal:  Open", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var changed = await CommandLineRun.Of("eval", "conformance", "--requests", file, "--data", data, "--set", "shots=0");
        Assert.Equal(ExitCode.Different, changed.ExitCode);
        Assert.Contains($"{file}, line 1: document 0, choice 0: context differs at character 6", changed.Error, StringComparison.Ordinal);
        Assert.Contains("reference  \"Goal:  Open a jar\\nAnswer:\"", changed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_done_is_one_clear_error()
    {
        var unknown = await CommandLineRun.Of("eval", "inspect", "piqa:rc::olmess", "--data", _folder.FullName);
        Assert.Equal("error: there is no task piqa:rc::olmess; did you mean piqa:rc::olmes?", unknown.Error.Trim());
        var missing = await CommandLineRun.Of("eval", "conformance", "--requests", Path.Combine(_folder.FullName, "none.jsonl"));
        Assert.Equal(ExitCode.NotComparable, missing.ExitCode);
        var none = await CommandLineRun.Of("eval", "list", "no such task");
        Assert.Equal(ExitCode.Failure, none.ExitCode);
    }

    [Fact]
    public async Task Perplexities_are_shown_with_what_is_in_training_data()
    {
        var (model, texts, output) = (Path.Combine(_folder.FullName, "model"), Path.Combine(_folder.FullName, "texts.jsonl"), Path.Combine(_folder.FullName, "out"));
        Directory.CreateDirectory(model);
        var tokenizer = BpeTrainer.Train(["one two three four"], new BpeTrainerOptions { VocabularySize = 270, MinFrequency = 1 }, null, TestContext.Current.CancellationToken);
        tokenizer.Save(Path.Combine(model, "tokenizer.json"));
        using (var random = new Transformer(new ModelConfig { VocabularySize = tokenizer.VocabularySize, HiddenSize = 16, IntermediateSize = 16, Layers = 1, Heads = 2, ContextLength = 16 }))
        {
            random.Initialize(seed: 1);
            ModelFolder.Save(random, model);
        }

        await File.WriteAllLinesAsync(texts, ["""{"text": "one two three", "source": "a"}""", """{"text": "", "source": "a"}""", """{"text": "four", "source": "b"}"""], TestContext.Current.CancellationToken);
        var run = await CommandLineRun.Of("eval", "perplexity", texts, "-m", model, "-o", output, "--train", texts, "--paragraph-words", "2");
        Assert.Equal((ExitCode.Success, "all", "mean of 2 sources"), (run.ExitCode, Line(run, "all")[..3], Line(run, "mean")[..17]));
        Assert.Contains("windows of at most 16 tokens", run.Error, StringComparison.Ordinal);
        Assert.Contains("a: of 2 texts 1 are empty and 0 could not be scored", run.Error, StringComparison.Ordinal);
        Assert.Contains("Looked for in 3 documents", run.Error, StringComparison.Ordinal);
        var json = await CommandLineRun.Of("eval", "perplexity", texts, "-m", model, "-o", output, "--json");
        using var rows = System.Text.Json.JsonDocument.Parse(json.Output);
        Assert.Equal(["all", "mean of 2 sources", "a", "b"], rows.RootElement.EnumerateArray().Select(row => row.GetProperty("texts_of").GetString()!));
        Assert.Equal([3, 2, 1], rows.RootElement.EnumerateArray().Where(row => row.GetProperty("n").ValueKind == System.Text.Json.JsonValueKind.Number).Select(row => row.GetProperty("n").GetInt32()));

        var other = await CommandLineRun.Of("eval", "perplexity", "piqa:rc::olmes", "-m", model, "-o", output);
        Assert.NotEqual(ExitCode.Success, other.ExitCode);

        static string Line(CommandLineRun run, string start) => run.Output.Split('\n').First(line => line.StartsWith(start, StringComparison.Ordinal));
    }
}
