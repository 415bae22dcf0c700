using System.IO.Compression;
using System.Text;
using System.Text.Json;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Taggers;
using OlmoSharp.Data.Tests.Jobs;
using Xunit;

namespace OlmoSharp.Data.Tests.Taggers;

public sealed class TagJobTests : IDisposable
{
    private const string All = "[gopher_v1, gopher_v2, c4_v1, c4_v2, fineweb_v1, repetitions_v1, tokenizer_repetitions_v2r2, char_length_v1, uniseg_length_paragraphs_v1, random_number_v1]";

    private const string Some = "[gopher_v1, c4_v1, repetitions_v1]";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_experiment_is_one_file_beside_each_document_file()
    {
        Documents("a.jsonl.gz", 3);
        Documents("deep/b.jsonl.zst", 2);
        var result = TagRun.Run(Config("experiment: exp\ntaggers: [char_length_v1, doc_count_v1]"));
        Assert.Equal(5, result.Totals["documents"]);
        Assert.Equal(["a.jsonl.gz", "deep/b.jsonl.zst"], Files("attributes/exp"));
        var rows = Rows("documents/a.jsonl.gz", "attributes/exp/a.jsonl.gz");
        Assert.Equal(["exp__char_length_v1__length", "exp__doc_count_v1__docs"], rows[2].Names);
        Assert.Equal([new AttributeSpan(0, 6, 6)], rows[2].Spans("exp__char_length_v1__length"));
    }

    // Dolma once wrote only the last tagger's attributes (issue 113).
    [Fact]
    public void Without_an_experiment_each_tagger_has_its_own_folder_and_none_is_lost()
    {
        Documents("a.jsonl.gz", 3);
        TagRun.Run(Config("taggers: [char_length_v1, {name: char_length_v1, as: again}, doc_count_v1]"));
        foreach (var (set, type) in new[] { ("char_length_v1", "length"), ("again", "length"), ("doc_count_v1", "docs") })
        {
            Assert.All(Rows("documents/a.jsonl.gz", $"attributes/{set}/a.jsonl.gz"), row => Assert.Equal([$"{set}__{set}__{type}"], row.Names));
        }
    }

    [Fact]
    public void A_destination_holds_all_taggers_and_stands_for_what_is_before_the_wildcard()
    {
        Documents("web/a.jsonl", 2);
        Documents("books/a.jsonl", 1);
        var config = ConfigReader.ReadText<TagConfig>(
            $"documents: ['{_folder.At("documents")}/web/*.jsonl', '{_folder.At("documents", "books")}']\ndestination: ['{_folder.At("out", "w")}', '{_folder.At("out", "b")}']\ntaggers: [char_length_v1, doc_count_v1]",
            "c.yaml");
        TagRun.Run(config);
        Assert.Equal(["b/a.jsonl", "w/a.jsonl"], Files("out"));
        Assert.Equal(["char_length_v1__char_length_v1__length", "doc_count_v1__doc_count_v1__docs"], Rows("documents/web/a.jsonl", "out/w/a.jsonl")[0].Names);
    }

    [Fact]
    public void Attributes_are_the_same_however_the_work_is_divided()
    {
        for (var i = 0; i < 5; i++)
        {
            Documents($"{i}.jsonl.gz", 20 + i);
        }

        TagRun.Run(Config($"experiment: one\ntaggers: {All}"));
        var expected = Hashes("attributes/one");
        foreach (var processes in new[] { 2, 3 })
        {
            Directory.Delete(_folder.At("attributes"), recursive: true);
            ThreadGroup.Run(processes, group => TagRun.Run(Config($"experiment: one\nprocesses: 2\ntaggers: {All}"), group: group));
            Assert.Equal(expected, Hashes("attributes/one"));
        }
    }

    [Fact]
    public void A_job_that_is_stopped_anywhere_goes_on_to_the_same_files()
    {
        for (var i = 0; i < 4; i++)
        {
            Documents($"{i}.jsonl.gz", 25);
        }

        TagRun.Run(Config($"taggers: {Some}"));
        var expected = Hashes("attributes");
        var random = new Random(4);
        for (var attempt = 0; attempt < 20; attempt++)
        {
            Directory.Delete(_folder.At("attributes"), recursive: true);
            var stopAt = random.Next(100);
            Assert.Throws<DataException>(() => TagRun.Run(Config($"taggers: {Some}"), onDocument: done =>
            {
                if (done > stopAt)
                {
                    throw new DataException("stopped");
                }
            }));
            Assert.DoesNotContain(Files("attributes"), file => file.EndsWith(".tmp", StringComparison.Ordinal));
            Assert.Equal(stopAt / 25, TagRun.Run(Config($"taggers: {Some}")).Skipped);
            Assert.Equal(expected, Hashes("attributes"));
        }
    }

    [Fact]
    public void Other_parameters_make_the_attributes_again()
    {
        Documents("a.jsonl", 2);
        TagRun.Run(Config("taggers: random_number_v1"));
        Assert.Equal(1, TagRun.Run(Config("taggers: random_number_v1")).Skipped);
        Assert.Equal(0, TagRun.Run(Config("taggers: {name: random_number_v1, seed: 2}")).Skipped);
        Assert.Equal(0, TagRun.Run(Config("taggers: {name: random_number_v1, seed: 2}\nignore_existing: true")).Skipped);
    }

    [Theory]
    [InlineData("{\"id\":\"9\",\"text\":\"x\",\"source\":\"s\"", "invalid JSON")]
    [InlineData("{\"text\":\"x\",\"source\":\"s\"}", "the document has no \"id\"")]
    [InlineData("{\"id\":\"9\",\"text\":7,\"source\":\"s\"}", "\"text\" is not a string")]
    [InlineData("{\"id\":\"9\",\"text\":\"\\ud800\",\"source\":\"s\"}", "half a surrogate pair")]
    public void A_line_that_is_no_document_stops_the_job_or_goes_to_quarantine(string line, string reason)
    {
        _folder.Write("documents/sub/a.jsonl", Line(1) + line + "\n" + Line(2));
        var config = Config("experiment: exp\ntaggers: [char_length_v1]");
        var error = Assert.Throws<DataException>(() => TagRun.Run(config)).Message;
        Assert.Contains("a.jsonl, line 2: ", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Empty(Files("attributes"));

        var result = TagRun.Run(config, quarantines: true);
        Assert.Equal((2, 1), (result.Totals["documents"], result.Totals["quarantined"]));
        using var set = JsonDocument.Parse(File.ReadAllText(_folder.At("attributes", "exp", ".quarantine", "sub", "a.jsonl.jsonl")));
        Assert.Equal(2, set.RootElement.GetProperty("line").GetInt32());
        Assert.Equal(line, set.RootElement.GetProperty("content").GetString());

        // Neither the quarantine nor the manifests are taken for attributes.
        Assert.Equal([_folder.At("attributes", "exp", "sub", "a.jsonl").Replace('\\', '/')], DocumentPatterns.Expand([_folder.At("attributes")]));
    }

    [Fact]
    public void A_line_that_is_not_UTF8_goes_to_quarantine_byte_for_byte()
    {
        byte[] line = [.. "{\"id\":\"9\",\"text\":\""u8, 0xC3, .. "\",\"source\":\"s\"}"u8];
        _folder.Write("documents/a.jsonl", (byte[])[.. line, (byte)'\n']);
        TagRun.Run(Config("experiment: exp\ntaggers: [char_length_v1]"), quarantines: true);
        using var set = JsonDocument.Parse(File.ReadAllText(_folder.At("attributes", "exp", ".quarantine", "a.jsonl.jsonl")));
        Assert.Equal(line, set.RootElement.GetProperty("base64").GetBytesFromBase64());
    }

    // Dolma logs a read error, and the shard counts as done with what it has.
    [Theory]
    [InlineData(".gz")]
    [InlineData(".zst")]
    public void A_read_error_in_mid_file_is_no_success(string extension)
    {
        Documents("a.jsonl" + extension, 400);
        var path = _folder.At("documents", "a.jsonl" + extension);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^20]);
        Assert.Contains("damaged or truncated", Assert.Throws<DataException>(() => TagRun.Run(Config("taggers: [char_length_v1]"), quarantines: true)).Message);
        Assert.Empty(Files("attributes"));
    }

    [Fact]
    public void What_is_not_there_is_said()
    {
        Directory.CreateDirectory(_folder.At("documents"));
        Assert.Contains("there are no documents here", Assert.Throws<DataException>(() => TagRun.Run(Config("taggers: [char_length_v1]"))).Message);
        _folder.Write("other/a.jsonl", Line(1));
        var outside = ConfigReader.ReadText<TagConfig>($"documents: '{_folder.At("other")}'\ntaggers: [char_length_v1]", "c.yaml");
        Assert.Contains("has no folder named documents", Assert.Throws<DataException>(() => TagRun.Run(outside)).Message);
        Documents("a.jsonl", 1);
        Assert.Contains(
            "tagger doc_count_v1: is there twice", Assert.Throws<DataException>(() => TagRun.Run(Config("taggers: [doc_count_v1, doc_count_v1]"))).Message);
    }

    [Fact]
    public void A_profile_has_the_time_of_each_tagger()
    {
        Documents("a.jsonl", 50);
        var job = new TagJob(Config("taggers: [doc_count_v1, gopher_v1]\nprofile: {enable: true}"), new TaggerCatalog());
        new Data.Jobs.ShardJob("tag", job.Settings).Run(job.Tasks, job.Run, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(["doc_count_v1", "gopher_v1"], job.Profile!.Times.Select(row => row.Tagger).Order());
        Assert.All(job.Profile.Times, row => Assert.True(row.Time > TimeSpan.Zero));
    }

    private TagConfig Config(string rest) => ConfigReader.ReadText<TagConfig>($"documents: '{_folder.At("documents")}'\n{rest}", "c.yaml");

    private void Documents(string name, int count)
    {
        var path = _folder.At(["documents", .. name.Split('/')]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, count).Select(Line)));
        using var file = File.Create(path);
        using Stream stream = Path.GetExtension(name) switch
        {
            ".gz" => new GZipStream(file, CompressionLevel.Fastest),
            ".zst" => new ZstdSharp.CompressionStream(file),
            _ => file,
        };
        stream.Write(text);
    }

    private static string Line(int number)
    {
        string[] texts = ["", " \n\t ", "words.\n", "é 🦙 javascript lorem ipsum {\n", "- to be or not to be that is the question\n"];
        var text = string.Concat(Enumerable.Repeat(texts[number % texts.Length], 1 + number / texts.Length));
        return JsonSerializer.Serialize(new { id = $"{number}", text = number == 2 ? "six ch" : text, source = "s" }) + "\n";
    }

    private List<AttributeRow> Rows(string documents, string attributes)
    {
        var rows = new List<AttributeRow>();
        using var reader = new DocumentScanner(_folder.At(documents.Split('/')));
        using var attributeReader = new AttributeReader(_folder.At(attributes.Split('/')));
        var view = new DocumentView();
        while (reader.Read(view))
        {
            rows.Add(new AttributeRow());
            attributeReader.Read(rows[^1], view);
        }

        attributeReader.ExpectEnd();
        return rows;
    }

    private string[] Files(string folder) => Directory.Exists(_folder.At(folder.Split('/')))
        ? [.. Directory.EnumerateFiles(_folder.At(folder.Split('/')), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_folder.At(folder.Split('/')), file).Replace('\\', '/')).Where(file => !file.Contains(".manifest/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
        : [];

    private Dictionary<string, string> Hashes(string folder) => Directory.EnumerateFiles(_folder.At(folder.Split('/')), "*", SearchOption.AllDirectories)
        .ToDictionary(file => file, file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))));
}
