using System.Text;
using System.Text.Json;
using CsCheck;
using OlmoSharp.Data.Deduplication.Bloom;
using OlmoSharp.Evaluation.Perplexity;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Tasks;
using OlmoSharp.Evaluation.Tests.Runs;
using OlmoSharp.Tokenization;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Perplexity;

public sealed class TrainingOverlapTests : IDisposable
{
    private const string Long = "one two three four five six seven eight nine ten eleven twelve thirteen";
    private const string Other = "a b c d e f g h i j k l m n o p";
    private static readonly Tokenizer Tokenizer = BpeTrainer.Train(["a"], new BpeTrainerOptions { VocabularySize = 262, MinFrequency = 1 });
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Paragraphs_are_lines_that_say_enough()
    {
        var rule = new ParagraphRule();
        Assert.Equal([1, 0, 0, 2, 0], new[] { Long, Long[..Long.LastIndexOf(' ')], "", $"{Long}\n\nshort\n{Other}\n", ". . . . . . . . . . . . . . . . ! ? 😀" }.Select(text => rule.Keys(Encoding.UTF8.GetBytes(text)).Count));
        Assert.Equal(4, new ParagraphRule(1).Keys(Encoding.UTF8.GetBytes("a\n b\n\n3\nIV\n...")).Count);
    }

    [Fact]
    public async Task Texts_in_training_data_are_found_and_scored_apart()
    {
        var texts = Rows("texts.jsonl", $"{Long}\nshort", $"{Other}\n{Long}!", Other + " q", "short");
        // The first text's long line is there; the second's differ by a character or two; the last is too short to tell.
        Rows("train/a.jsonl.gz", $"before\n{Long}\nafter", "short");
        _folder.Write("train/b.txt", Other + "\r");
        // Shards beside the documents that they were made of, with their offsets, are passed over.
        File.WriteAllBytes(_folder.File("train/part-00000.npy"), [1, 0]);
        _folder.Write("train/part-00000.csv.gz", "0,1,a,b,1");
        var tasks = Build(texts);
        var overlap = TrainingOverlap.FindInDocuments(tasks, [_folder.File("train")], new(), _ => { }, Cancellation);
        Assert.StartsWith("3 documents", overlap.Training, StringComparison.Ordinal);
        var model = new ScriptedModel(request => new() { LogLikelihood = request.Context.StartsWith("one", StringComparison.Ordinal) ? -10 : -1000, ScoredTokens = 10 });
        var run = new EvaluationRun(TaskCatalog.Load(), new RequestBuilder([], null)) { Overlap = overlap };
        var all = (await run.RunAsync([], tasks, model, _folder.File("out"), (_, _) => { }, Cancellation)).Perplexity!.Overall;
        Assert.Equal(new OverlapCounts(3, 1, 4, 1), all.Overlap);
        Assert.Equal((4, 3), (all.Metrics["ppl_token"].Count, all.CleanMetrics!["ppl_token"].Count));
        Assert.Equal(Math.Exp(3010.0 / 40), all.Metrics["ppl_token"].Mean, 1e20);
        Assert.Equal(1, all.CleanMetrics["ppl_token"].Mean / Math.Exp(100), 12);
        Assert.Equal([new(1, 1), new(2, 0), new(1, 0), new(0, 0)], EvaluationResults.ReadInstances(_folder.File("out"), tasks[0].Spec.Name).Select(text => text.Overlap!));
    }

    /// <summary>Hashes and threads against a plain search for lines.</summary>
    [Fact]
    public void Any_lines_are_found_as_by_a_plain_search()
    {
        string[] lines = ["a", "b c", "", " ", "d\r", "é 😀", "b c ", "..."];
        var line = Gen.Int[0, lines.Length - 1].Select(place => lines[place]);
        var text = line.Array[0, 4].Select(chosen => string.Join('\n', chosen));
        Gen.Select(text.Array[1, 4], text.Array[1, 4]).Sample((texts, training) =>
        {
            using var folder = new TemporaryFolder();
            Write(folder.File("texts.jsonl"), texts);
            foreach (var (document, number) in training.Select((document, number) => (document, number)))
            {
                Write(folder.File($"train{number}.jsonl"), [document]);
            }

            var tasks = new PerplexityTexts(TaskCatalog.Load().Find("perplexity::none"), Tokenizer).Build([folder.File("texts.jsonl")]);
            var overlap = TrainingOverlap.FindInDocuments(tasks, [folder.File("train*.jsonl")], new(1), _ => { }, CancellationToken.None);
            var instances = texts.Select((_, number) => new InstanceScore { DocumentId = number, Metrics = new Dictionary<string, double>() }).ToList();
            var known = training.SelectMany(document => document.Split('\n')).ToHashSet();
            var expected = texts.Select(own => own.Split('\n').Where(part => part.Any(char.IsLetter)).ToList()).Select(asked => new ParagraphOverlap(asked.Count, asked.Count(known.Contains)));
            Assert.Equal(expected, overlap.Mark(tasks[0], instances).Select(instance => instance.Overlap!));
        }, iter: 30);
    }

    [Fact]
    public void A_Bloom_filter_of_training_paragraphs_will_do()
    {
        var filter = new BloomFilter(BloomParameters.For(1000, 1e-9) with { Seed = 7 });
        filter.Add(Encoding.UTF8.GetBytes(Long));
        filter.Save(_folder.File("train.bloom"));
        var tasks = Build(Rows("texts.jsonl", $"{Long}\n{Other}"));
        var overlap = TrainingOverlap.FindInFilter(tasks, _folder.File("train.bloom"), new());
        Assert.Equal(new ParagraphOverlap(2, 1), overlap.Mark(tasks[0], [new() { DocumentId = 0, Metrics = new Dictionary<string, double>() }])[0].Overlap);
        Assert.Throws<EvaluationException>(() => TrainingOverlap.FindInFilter(tasks, _folder.File("texts.jsonl"), new()));
    }

    [Fact]
    public void Beside_shards_only_their_own_files_are_passed_over()
    {
        File.WriteAllBytes(_folder.File("part-0.npy"), [1, 0]);
        _folder.Write("part-0.csv.gz", "0,1,a,b,1");
        _folder.Write("part.shards.json", "{}");
        string[] rows = [_folder.Write("other.csv.gz", "text", "a"), Rows("part-0.jsonl.gz", Long)];
        Assert.Equal(rows, TextPaths.Below(_folder.Path));
    }

    [Fact]
    public void Damaged_training_data_is_an_error_with_its_line()
    {
        var tasks = Build(Rows("texts.jsonl", Long));
        _folder.Write("train.jsonl", """{"text": "a"}""", """{"txt": "b"}""");
        Assert.Contains("train.jsonl, line 2", Error(_folder.File("train.jsonl")), StringComparison.Ordinal);
        Assert.Contains("no documents", Error(_folder.File("none")), StringComparison.Ordinal);
        File.WriteAllBytes(_folder.File("part-00000.npy"), [1, 0]);
        Assert.Contains("token shards", Error(_folder.File("part-00000.npy")), StringComparison.Ordinal);

        _folder.Write("train.csv", "text", Long);
        Assert.Contains("not CSV", Error(_folder.File("train.csv")), StringComparison.Ordinal);
        _folder.Write("train.json", "[", """{"text": "a"}""", "]");
        Assert.Contains("not a JSON array", Error(_folder.File("train.json")), StringComparison.Ordinal);

        string Error(string path) => Assert.Throws<EvaluationException>(() => TrainingOverlap.FindInDocuments(tasks, [path], new(), _ => { }, Cancellation)).Message;
    }

    private static IReadOnlyList<BuiltTask> Build(string path) => new PerplexityTexts(TaskCatalog.Load().Find("perplexity::none"), Tokenizer).Build([path]);

    private string Rows(string name, params string[] texts) => _folder.Write(name, [.. texts.Select(Row)]);

    private static void Write(string path, IEnumerable<string> texts) => File.WriteAllLines(path, texts.Select(Row));

    private static string Row(string text) => JsonSerializer.Serialize(new { text });
}
