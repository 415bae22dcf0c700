using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OlmoSharp.Data.Shards;
using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Perplexity;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Tasks;
using OlmoSharp.Evaluation.Tests.Runs;
using OlmoSharp.Models;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Models.Tests;
using OlmoSharp.Models.Tests.Reference;
using OlmoSharp.Tokenization;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Perplexity;

/// <summary>A whole evaluation with a small model against the definition, computed by a plain model in double precision that shares no code with the engine.</summary>
public sealed class PerplexityRunTests : IDisposable
{
    private const int Window = 7;

    private static readonly string[] Texts =
    [
        "The lid turns. Turn the lid of the jar and rub it with a cloth, then heat it and sing.",
        "Rub",
        "",
        "A jar of naïve 😀 jars\n\nis a   jar.\n",
        " sing it",
    ];

    private static readonly string[] Subdomains = ["one", "two", "two", "one", "three"];
    private readonly TemporaryFolder _folder = new();
    private readonly Tokenizer _tokenizer = BpeTrainer.Train(["Open a jar. Turn the lid. Rub it with a cloth.\n\nHeat it and sing.\n"], new BpeTrainerOptions { VocabularySize = 300, MinFrequency = 1 });
    private readonly ReferenceModel _reference;
    private readonly string _model;

    public PerplexityRunTests()
    {
        _model = _folder.File("model");
        Directory.CreateDirectory(_model);
        _tokenizer.Save(System.IO.Path.Combine(_model, "tokenizer.json"));
        var config = new ModelConfig { VocabularySize = _tokenizer.VocabularySize, HiddenSize = 16, IntermediateSize = 24, Layers = 2, Heads = 2, KeyValueHeads = 2, ContextLength = 32 };
        using var model = SampleModels.Random(config, 5);
        ModelFolder.Save(model, _model);
        _reference = new(config, SampleModels.Weights(model));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Perplexities_are_those_of_the_definition()
    {
        var results = await RunAsync([Rows("mine.jsonl", Texts)]);
        var nats = Array.ConvertAll(Texts, text => Nats(_tokenizer.Encode(text)));
        var report = results.Perplexity!;
        var all = report.Overall;
        Assert.Equal((5, 1, 0, nats.Sum(text => text.Tokens)), (all.Documents, all.Empty, all.Failures, (int)all.Tokens));
        // Four texts count; the empty one is seen, but has nothing that could be predicted.
        var words = Texts.Where(text => text.Length > 0).Sum(text => Regex.Split(text, @"\s+").Length);
        var characters = Texts.Sum(text => text.EnumerateRunes().Count());
        var bytes = Texts.Sum(Encoding.UTF8.GetByteCount);
        var sum = nats.Sum(text => text.Sum);
        Close(Math.Exp(sum / nats.Sum(text => text.Tokens)), all.Metrics["ppl_token"].Mean);
        Close(Math.Exp(sum / words), all.Metrics["ppl_word"].Mean);
        Close(Math.Exp(sum / characters), all.Metrics["ppl_char"].Mean);
        Close(Math.Exp(sum / bytes), all.Metrics["ppl_byte"].Mean);
        Close(sum / bytes / Math.Log(2), all.Metrics["bits_per_byte"].Mean);
        Assert.Equal(4, all.Metrics["bits_per_byte"].Count);

        // Subdomain "one" is the first and fourth text: the error of a ratio of sums by its definition.
        var one = report.Subdomains.Single(group => group.Name == "mine__one").Metrics["bits_per_byte"];
        double[] y = [nats[0].Sum / Math.Log(2), nats[3].Sum / Math.Log(2)];
        double[] x = [Encoding.UTF8.GetByteCount(Texts[0]), Encoding.UTF8.GetByteCount(Texts[3])];
        var ratio = y.Sum() / x.Sum();
        Close(ratio, one.Mean);
        Close(Math.Sqrt(2 * y.Zip(x, (above, below) => Math.Pow(above - (ratio * below), 2)).Sum()) / x.Sum(), one.StandardError!.Value, 1e-3);

        // Means over subdomains weigh each the same.
        var means = report.Subdomains.Select(group => group.Metrics["ppl_token"].Mean).ToList();
        Assert.Equal(3, means.Count);
        Close(means.Average(), report.SubdomainMeans["ppl_token"].Mean);
        Assert.Contains($"at most {Window} tokens", report.Rule, StringComparison.Ordinal);
        Assert.Equal("bits_per_byte", results.Tasks[0].Metric);
        Assert.Equal(all.Metrics["bits_per_byte"], results.Tasks[0].Score);
        Assert.Equal(report.Subdomains.Count, EvaluationResults.Read(_folder.File("out")).Perplexity!.Subdomains.Count);
        Assert.Equal(Subdomains, EvaluationResults.ReadInstances(_folder.File("out"), "perplexity_mine::none").Select(text => text.Group));
    }

    /// <summary>The same bits from rows, from plain text, from our shards, from Dolma's and from bare ids.</summary>
    [Fact]
    public async Task A_text_scores_the_same_however_it_comes()
    {
        string[] texts = [.. Texts.Where(text => text.Length > 0)];
        var expected = await SumsAsync([Rows("rows.jsonl.gz", texts)]);
        foreach (var (text, number) in texts.Select((text, number) => (text, number)))
        {
            await File.WriteAllTextAsync(_folder.File($"text{number}.txt"), text, Cancellation);
        }

        Assert.Equal(expected, await SumsAsync([.. texts.Select((_, number) => "same=" + _folder.File($"text{number}.txt"))]));
        Assert.Equal(expected, await SumsAsync([Shards("shards", texts, _tokenizer.Sha256)]));

        var bare = _folder.File("bare.npy");
        await File.WriteAllBytesAsync(bare, [.. texts.SelectMany(text => _tokenizer.Encode(text).Append(_tokenizer.EndOfTextId)).SelectMany(id => BitConverter.GetBytes((ushort)id))], Cancellation);
        Assert.Equal(expected, await SumsAsync([bare]));
        // Dolma writes offsets without a side-car.
        File.Copy(_folder.File("shards/part-00000.csv.gz"), _folder.File("bare.csv.gz"));
        Assert.Equal(expected, await SumsAsync([bare]));
    }

    [Fact]
    public async Task The_end_of_a_text_is_predicted_where_asked_for_and_stands_for_no_byte()
    {
        var results = await RunAsync([Shards("shards", [Texts[0]], _tokenizer.Sha256)], "compat=[end_of_text]");
        var (sum, tokens) = Nats([.. _tokenizer.Encode(Texts[0]), _tokenizer.EndOfTextId]);
        var all = results.Perplexity!.Overall;
        Assert.Equal((tokens, Encoding.UTF8.GetByteCount(Texts[0])), ((int)all.Tokens, (int)all.Bytes));
        Close(sum / all.Bytes / Math.Log(2), all.Metrics["bits_per_byte"].Mean);
        Assert.Null(all.Metrics["bits_per_byte"].StandardError);
        Assert.DoesNotContain("nothing is predicted after", results.Perplexity.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Shards_of_something_else_are_refused()
    {
        var other = Shards("other", ["Rub"], new string('a', 64));
        Assert.Contains("were made with tokenizer aaaa", Refused(other), StringComparison.Ordinal);
        _folder.Write("other/more.txt", "Rub");
        Assert.Contains("more.txt; name the ones that are meant", Refused(other), StringComparison.Ordinal);
        var foreign = _folder.File("foreign.npy");
        File.WriteAllBytes(foreign, [.. BitConverter.GetBytes((ushort)5), .. BitConverter.GetBytes((ushort)_tokenizer.VocabularySize)]);
        Assert.Contains($"token 1 is {_tokenizer.VocabularySize}", Refused(foreign), StringComparison.Ordinal);
        var wide = _folder.File("wide.npy");
        File.WriteAllBytes(wide, [.. new[] { 5, 6, 7 }.SelectMany(BitConverter.GetBytes)]);
        Assert.Contains("every second token is 0", Refused(wide), StringComparison.Ordinal);
        Assert.Equal(3, Build([wide], TokenType.UInt32)[0].Requests[0].Tokenized!.Ids.Count);
        Assert.Contains("no texts", Refused(Directory.CreateDirectory(_folder.File("empty")).FullName), StringComparison.Ordinal);
        _folder.Write("bad.jsonl", """{"id": "1", "txt": "Rub"}""");
        Assert.Contains("bad.jsonl, line 1", Refused(_folder.File("bad.jsonl")), StringComparison.Ordinal);
        File.WriteAllBytes(_folder.File("bad.txt"), [65, 0xFF]);
        Assert.Contains("invalid UTF-8 at byte 1", Refused(_folder.File("bad.txt")), StringComparison.Ordinal);
        Assert.Contains("none.jsonl: the file has no rows", Refused(_folder.Write("mixed/none.jsonl")), StringComparison.Ordinal);
        _folder.Write("mixed/some.jsonl", """{"text": "Rub"}""");
        Assert.Contains("none.jsonl: the file has no rows", Refused(_folder.File("mixed")), StringComparison.Ordinal);

        string Refused(string path) => Assert.Throws<EvaluationException>(() => Build([path])).Message;
    }

    [Fact]
    public void Sources_are_said_by_the_command_then_the_row_then_the_file()
    {
        _folder.Write("set/a.jsonl", """{"text": "Rub", "source": "web"}""", """{"text": "it", "id": 7}""");
        _folder.Write("set/deep/b.txt", "Turn");
        var tasks = Build([_folder.File("set"), "other=" + _folder.File("set/a.jsonl")]);
        Assert.Equal(["perplexity_web::none", "perplexity_set::none", "perplexity_other::none"], tasks.Select(task => task.Spec.Name));
        Assert.Equal([1, 2, 2], tasks.Select(task => task.Documents.Count));
        Assert.Equal("7", tasks[1].Documents[0].NativeId.ToString());
        Assert.Equal((null, "deep/b"), (tasks[1].Documents[0].Group, tasks[1].Documents[1].Group));
        Assert.Equal(3, tasks.Select(task => task.Spec.Hash).Distinct().Count());
    }

    [Theory]
    [InlineData(false, "the service reads each text whole")]
    [InlineData(true, "windows of at most 7 tokens")]
    public async Task The_rule_of_a_service_says_who_divides_texts(bool sendsIds, string rule)
    {
        await using var service = new EndpointModel(new() { Address = new("http://localhost:1/v1"), Model = "m" }, new() { Tokenizer = sendsIds ? _tokenizer : null });
        var model = new ScriptedModel(_ => new() { LogLikelihood = -1, ScoredTokens = 1 }) { Settings = service.Settings };
        var run = new EvaluationRun(TaskCatalog.Load(), new RequestBuilder([], null));
        var results = await run.RunAsync([], Build([Rows("mine.jsonl", Texts)]), model, _folder.File("out"), (_, _) => { }, Cancellation);
        Assert.StartsWith(rule, results.Perplexity!.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sources_that_would_write_one_file_are_refused_before_anything_is_asked()
    {
        _folder.Write("wiki.jsonl", """{"text": "Rub", "source": "wiki/en"}""", """{"text": "it", "source": "wiki-en"}""");
        var model = new ScriptedModel(_ => new() { LogLikelihood = -1, ScoredTokens = 1 });
        var run = new EvaluationRun(TaskCatalog.Load(), new RequestBuilder([], null));
        var error = await Assert.ThrowsAsync<EvaluationException>(() => run.RunAsync([], Build([_folder.File("wiki.jsonl")]), model, _folder.File("out"), (_, _) => { }, Cancellation));
        Assert.Contains("perplexity_wiki/en::none and perplexity_wiki-en::none", error.Message, StringComparison.Ordinal);
        Assert.Empty(model.Asked);
    }

    private List<BuiltTask> Build(IReadOnlyList<string> paths, TokenType? type = null, params string[] overrides) =>
        [.. new PerplexityTexts(TaskCatalog.Load().Find("perplexity::none", [$"max_length={Window}", .. overrides]), _tokenizer, type).Build(paths)];

    private async Task<EvaluationResults> RunAsync(IReadOnlyList<string> paths, params string[] overrides)
    {
        await using var model = LocalModel.Load(_model);
        var run = new EvaluationRun(TaskCatalog.Load(), new RequestBuilder([], null));
        var output = _folder.File("out");
        if (Directory.Exists(output))
        {
            Directory.Delete(output, recursive: true);
        }

        return await run.RunAsync([], Build(paths, null, overrides), model, output, (_, _) => { }, Cancellation);
    }

    private async Task<List<(double Sum, double Bytes, double Words)>> SumsAsync(IReadOnlyList<string> paths)
    {
        var results = await RunAsync(paths);
        return [.. EvaluationResults.ReadInstances(_folder.File("out"), results.Tasks[0].Name).Select(text => (text.Metrics["sum_logits"], text.Metrics["num_bytes"], text.Metrics["num_words"]))];
    }

    /// <summary>−log p of ids, in windows: each id after the one before it in its window, the first after the last of the window before or the end of text.</summary>
    private (double Sum, int Tokens) Nats(int[] ids)
    {
        var sum = 0.0;
        foreach (var start in Enumerable.Range(0, ids.Length).Where(place => place % Window == 0))
        {
            var targets = ids.Skip(start).Take(Window).ToArray();
            var logits = _reference.Logits([start == 0 ? _tokenizer.EndOfTextId : ids[start - 1], .. targets.SkipLast(1)]);
            sum += targets.Select((id, place) => Math.Log(logits[place].Sum(Math.Exp)) - logits[place][id]).Sum();
        }

        return (sum, ids.Length);
    }

    private string Rows(string name, string[] texts) => _folder.Write(name, [.. texts.Select((text, number) => JsonSerializer.Serialize(new { id = $"{number}", text, subdomain = Subdomains[number] }))]);

    private string Shards(string name, string[] texts, string sha256)
    {
        using var writer = new TokenShardWriter(_folder.File(name), "part", new(sha256, _tokenizer.VocabularySize, _tokenizer.EndOfTextId));
        foreach (var (text, number) in texts.Select((text, number) => (text, number)))
        {
            writer.Write($"{number}", "made.jsonl", number + 1, _tokenizer.Encode(text), Encoding.UTF8.GetByteCount(text));
        }

        writer.Complete();
        return _folder.File(name);
    }

    /// <summary>The engine computes in single precision.</summary>
    private static void Close(double expected, double actual, double tolerance = 1e-5) => Assert.InRange(actual / expected, 1 - tolerance, 1 + tolerance);
}
