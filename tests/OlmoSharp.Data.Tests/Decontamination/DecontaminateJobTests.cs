using System.Text.Json;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Decontamination;
using OlmoSharp.Data.Decontamination.Config;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Data.Mixing;
using OlmoSharp.Data.Tests.Jobs;
using OlmoSharp.Distributed;
using Xunit;

namespace OlmoSharp.Data.Tests.Decontamination;

public sealed class DecontaminateJobTests : IDisposable
{
    private const string First = "Zoë bought nine kites — three red, the others blue — how many blue kites did Zoë buy?";
    private const string Second = "Which river flows through the old town of Český Krumlov on its way north?";
    private const string Passage = "Kites were first flown in China, it is said, and reached Europe by way of the islands long before Zoë bought hers.";

    private readonly TemporaryFolder _folder = new();

    public DecontaminateJobTests()
    {
        _folder.Write("sets/math.jsonl", Json(new { q = First, a = "6", p = Passage }) + Json(new { q = "Too short?", a = "yes", p = "" }));
        _folder.Write("sets/rivers.jsonl", Json(new { q = Second, a = "Vltava" }) + Json(new { q = Second, a = "Vltava" }));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Attributes_and_report_say_where_what_was_found()
    {
        var both = $"Ünd… {Passage}\n{First.ToUpperInvariant()}\n\nSix, 6!\n{Second} The Vltava. Kites of all kinds were there, and more that nobody could ever have thought of before they were made. {First} 6 kites.";
        _folder.Write("documents/x/a.jsonl", Document("0", "clean 文") + Document("1", both) + "\n" + Document("2", $"漢字 {Second} Nobody knows."));
        var summary = Run();

        var rows = Rows("x/a.jsonl");
        Assert.Equal([new AttributeSpan(0, 7, 0)], rows[0].Spans("decontamination__contamination__score"));
        Assert.Equal(["decontamination__contamination__score"], rows[0].Names);
        Assert.Equal([new AttributeSpan(0, both.EnumerateRunes().Count(), 1)], rows[1].Spans("decontamination__contamination__score"));
        Assert.Equal([new AttributeSpan(0, 3 + Second.Length + 14, 0)], rows[2].Spans("decontamination__contamination__score"));
        var spans = rows[1].Spans("decontamination__contamination__span");
        Assert.Equal([First.ToUpperInvariant()[..^1], Second[..^1], First[..^1]], spans.Select(span => both[span.Start..span.End]));
        Assert.Equal(rows[1].Spans("decontamination__contamination__math"), [spans[0], spans[2]]);
        Assert.Equal(rows[1].Spans("decontamination__contamination__rivers"), [spans[1]]);

        var hits = Report("hits.jsonl");
        var path = _folder.At("documents", "x", "a.jsonl");
        Assert.Equal(["math", "rivers", "math"], hits.Select(hit => Text(hit, "evaluation")));
        Assert.Equal(
            ($"{path}:2", "1", "web", "1", $"{_folder.At("sets", "math.jsonl")}, line 1", First, First.ToUpperInvariant()[..^1]),
            (Text(hits[0], "document"), Text(hits[0], "id"), Text(hits[0], "source"), Text(hits[0], "item"), Text(hits[0], "item_place"), Text(hits[0], "question"), Text(hits[0], "text")));
        Assert.Equal($"[{spans[0].Start},{spans[0].End}]", hits[0].GetProperty("span").GetRawText());
        Assert.Equal(["1 1 1 1", "1 1 1 null", "1 1 1 0"], hits.Select(hit => string.Join(' ', new[] { "score", "threshold", "answer", "passage" }.Select(name => hit.GetProperty(name).GetRawText()))));
        Assert.Equal(["rivers 4"], Report("questions.jsonl").Select(row => $"{Text(row, "evaluation")} {Text(row, "document")[^1]}"));
        Assert.Equal(["math 2 2 words (min_words: 8)"], Report("unchecked.jsonl").Select(row => $"{Text(row, "evaluation")} {Text(row, "item")} {Text(row, "reason")}"));

        Assert.Equal((3, 1), (summary.Documents, summary.ContaminatedDocuments));
        Assert.Equal(
            [("math", 2, 0, 1, 1, 1, 2, 0), ("rivers", 2, 1, 0, 1, 1, 1, 1)],
            summary.Evaluations.Select(row => (row.Evaluation, row.Items, row.Duplicates, row.Unchecked, row.ItemsHit, (int)row.DocumentsHit, (int)row.Hits, row.QuestionsOnly)));
        using var written = JsonDocument.Parse(File.ReadAllBytes(_folder.At("report", "summary.json")));
        Assert.Equal(2, written.RootElement.GetProperty("evaluations")[0].GetProperty("hits").GetInt32());
    }

    [Fact]
    public void A_mix_drops_contaminated_documents_or_cuts_what_is_contaminated()
    {
        _folder.Write("documents/a.jsonl", Document("0", "clean") + Document("1", $"é before {First} 6 after"));
        Run();
        Assert.Equal(["clean"], Mix("filter: {exclude: [\"$.attributes[?(@.decontamination__contamination__score[0][2] > 0)]\"]}"));
        Assert.Equal(["clean", "é before ? 6 after"], Mix("span_replacement: [{span: $.attributes.decontamination__contamination__span, min_score: 0, replacement: \"\"}]"));
    }

    [Fact]
    public void Files_are_the_same_however_the_work_is_divided()
    {
        RandomDocuments(5);
        Run();
        var expected = Hashes();
        Assert.NotEmpty(Report("hits.jsonl"));
        foreach (var processes in new[] { 2, 3 })
        {
            Directory.Delete(_folder.At("attributes"), recursive: true);
            Directory.Delete(_folder.At("report"), recursive: true);
            ThreadGroup.Run(processes, group => Run("processes: 2", group));
            Assert.Equal(expected, Hashes());
        }
    }

    [Fact]
    public void A_job_that_is_stopped_anywhere_goes_on_to_the_same_files()
    {
        RandomDocuments(3);
        Run();
        var expected = Hashes();
        var random = new Random(8);
        for (var attempt = 0; attempt < 20; attempt++)
        {
            Directory.Delete(_folder.At("attributes"), recursive: true);
            Directory.Delete(_folder.At("report"), recursive: true);
            var stopAt = random.Next(60);
            Assert.Throws<DataException>(() => Run(onDocument: done =>
            {
                if (done > stopAt)
                {
                    throw new DataException("stopped");
                }
            }));
            Assert.False(File.Exists(_folder.At("report", "hits.jsonl")));
            Run();
            Assert.Equal(stopAt / 20, _skipped);
            Assert.Equal(expected, Hashes());
        }
    }

    [Fact]
    public void Other_items_or_rules_look_again()
    {
        _folder.Write("documents/a.jsonl", Document("0", $"{Second} Nobody knows."));
        Run();
        Run();
        Assert.Equal(1, _skipped);
        Assert.Equal(1, Run("rules: {require_answer: false}").ContaminatedDocuments);
        Assert.Equal(0, _skipped);
        Run();
        _folder.Write("sets/rivers.jsonl", Json(new { q = Second, a = "nobody" }));
        Assert.Equal(1, Run().ContaminatedDocuments);
        Run("ignore_existing: true");
        Assert.Equal(0, _skipped);
    }

    [Fact]
    public void A_broken_line_stops_the_job_or_goes_to_quarantine()
    {
        _folder.Write("documents/a.jsonl", Document("0", "x") + "{\"id\":\"1\"}\n" + Document("2", $"{Second} Vltava"));
        Assert.Contains("a.jsonl, line 2: the document has no \"text\"", Assert.Throws<DataException>(() => Run()).Message, StringComparison.Ordinal);
        Assert.Equal((2, 1), (Run(quarantines: true).Documents, Report("hits.jsonl").Count));
        Assert.Contains("\"line\":2", File.ReadAllText(_folder.At("attributes", "decontamination", ".quarantine", "a.jsonl.jsonl")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("report: s3://b/x", "is not on this machine")]
    [InlineData("report: r\nrules: {min_words: 3}", "must be at least ngram_length (5)")]
    [InlineData("report: r\nrules: {perfect_match_words: 60}", "must be at least perfect_match_words (60)")]
    [InlineData("report: r\nevaluations: [{name: a b, files: x, question: q}, {name: a_b, files: x, question: q}]", "decontamination__contamination__a_b, which is there already")]
    [InlineData("report: r\nevaluations: [{name: score, files: x, question: q}]", "decontamination__contamination__score, which is there already")]
    public void A_config_that_cannot_work_is_refused(string yaml, string message)
    {
        var evaluations = yaml.Contains("evaluations", StringComparison.Ordinal) ? "" : "\nevaluations: [{name: a, files: x, question: q}]";
        Assert.Contains(message, Assert.Throws<ConfigException>(() => ConfigReader.ReadText<DecontaminateConfig>($"documents: x\n{yaml}{evaluations}", "c.yaml")).Message, StringComparison.Ordinal);
    }

    private int _skipped;

    private ContaminationSummary Run(string more = "", IProcessGroup? group = null, bool quarantines = false, Action<long>? onDocument = null)
    {
        var config = ConfigReader.ReadText<DecontaminateConfig>(
            $$"""
            documents: '{{_folder.At("documents")}}'
            report: '{{_folder.At("report")}}'
            evaluations:
              - {name: math, files: '{{_folder.At("sets", "math.jsonl")}}', question: q, answer: a, passage: p}
              - {name: rivers, files: '{{_folder.At("sets", "rivers.jsonl")}}', question: q, answer: a}
            {{more}}
            """,
            "c.yaml");
        var job = new DecontaminateJob(config, quarantines);
        var done = new ShardJob("decontaminate", job.Settings) { Threads = config.Processes, Group = group ?? SingleProcess.Instance, Again = config.IgnoreExisting }
            .Run(job.Tasks, job.Run, onDocument, TestContext.Current.CancellationToken);
        _skipped = done.Skipped;
        return group is { Rank: > 0 } ? new ContaminationSummary(0, 0, []) : job.Report(done);
    }

    private List<string> Mix(string rule)
    {
        var config = ConfigReader.ReadText<MixConfig>(
            $"""
            streams:
              - name: mix
                documents: ['{_folder.At("documents")}']
                attributes: [decontamination]
                output: {"{"}path: '{_folder.At("mixed")}'{"}"}
                {rule}
            """,
            "c.yaml");
        new MixJob(config).Run();
        List<string> texts = [.. DocumentPatterns.Expand([_folder.At("mixed")]).SelectMany(path => DocumentReader.ReadFile(path)).Select(document => document.Text)];
        Directory.Delete(_folder.At("mixed"), recursive: true);
        return texts;
    }

    private void RandomDocuments(int files)
    {
        var random = new Random(3);
        string[] parts = ["some text, ", "čeština 漢字 ", First, Second, "6. ", "Vltava. ", "and more of it "];
        for (var file = 0; file < files; file++)
        {
            _folder.Write($"documents/{file % 2}/{file / 2}.jsonl", string.Concat(Enumerable.Range(0, 20).Select(row =>
                Document($"{row}", string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)]))))));
        }
    }

    private List<AttributeRow> Rows(string file)
    {
        using var reader = new DocumentScanner(_folder.At("documents", file));
        using var attributes = new AttributeReader(_folder.At("attributes", "decontamination", file));
        var view = new DocumentView();
        var rows = new List<AttributeRow>();
        while (reader.Read(view))
        {
            rows.Add(new AttributeRow());
            attributes.Read(rows[^1], view);
        }

        attributes.ExpectEnd();
        return rows;
    }

    private List<JsonElement> Report(string name) => [.. File.ReadAllLines(_folder.At("report", name)).Select(line => JsonDocument.Parse(line).RootElement)];

    private SortedDictionary<string, string> Hashes() => new(
        new[] { "attributes", "report" }.SelectMany(folder => Directory.EnumerateFiles(_folder.At(folder), "*", SearchOption.AllDirectories))
            .ToDictionary(file => file, file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))),
        StringComparer.Ordinal);

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;

    private static string Document(string id, string text) => Json(new { id, text, source = "web" });

    private static string Json(object row) => JsonSerializer.Serialize(row) + "\n";
}
