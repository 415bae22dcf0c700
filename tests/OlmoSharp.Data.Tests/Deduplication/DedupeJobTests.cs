using CsCheck;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Deduplication.Bloom;
using OlmoSharp.Data.Documents;
using Xunit;

namespace OlmoSharp.Data.Tests.Deduplication;

public sealed class DedupeJobTests : IDisposable
{
    private const string ByUrl = "{name: d, documents: {attribute_name: dup, key: $.metadata.url}}";
    private const string ByText = "{name: d, documents: {attribute_name: dup, key: $.text}}";
    private const string ByParagraph = "{name: d, paragraphs: {attribute_name: dup}}";
    private readonly DedupeFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ByUrl, "url")]
    [InlineData(ByText, "text")]
    [InlineData("{documents: {attribute_name: dup, key: \"$['metadata']['url']\"}}", "url")]
    public void Documents_are_duplicates_where_a_set_of_strings_says_so(string rules, string key)
    {
        var documents = AddRandom(3, 100);
        var result = _folder.Run(rules);
        var expected = NaiveDedupe.Documents(documents, document => key == "url" ? (string)document.Metadata!["url"]! : document.Text);
        Assert.Equal(expected, _folder.Spans(rules.Contains("name: d,", StringComparison.Ordinal) ? "d" : "dup", "dup"));
        Assert.Equal(expected.Count(pair => pair.Value.Count > 0), result.Job.Totals["duplicate_documents"]);
        Assert.Equal(300, result.Job.Totals["documents"]);
    }

    [Theory]
    [InlineData(false, 0, 0)]
    [InlineData(true, 0, 0)]
    [InlineData(false, 12, 0)]
    [InlineData(true, 5, 3)]
    public void Paragraphs_are_duplicates_where_a_set_of_strings_says_so(bool skipsEmpty, int minLength, int minWords)
    {
        var documents = AddRandom(3, 100);
        var result = _folder.Run($"{{name: d, paragraphs: {{attribute_name: dup}}, skip_empty: {(skipsEmpty ? "true" : "false")}, min_length: {minLength}, min_words: {minWords}}}");
        var expected = NaiveDedupe.Paragraphs(documents, paragraph =>
            !(skipsEmpty && string.IsNullOrWhiteSpace(paragraph)) && paragraph.EnumerateRunes().Count() >= minLength && paragraph.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length >= minWords);
        Assert.Equal(expected, _folder.Spans("d", "dup"));
        Assert.Equal(expected.Sum(pair => pair.Value.Count), result.Job.Totals["duplicate_paragraphs"]);
        Assert.Equal(documents.Sum(document => NaiveDedupe.Split(document.Text).Count()), result.Job.Totals["paragraphs"]);
    }

    [Theory]
    [InlineData(2, 1, 0.5, false)]
    [InlineData(3, 2, 0.6, false)]
    [InlineData(2, 0, 1.0, true)]
    [InlineData(2, 1, 0.0, false)]
    public void Paragraphs_overlap_where_sets_of_ngrams_say_so(int length, int stride, double threshold, bool skipsShort)
    {
        var documents = AddRandom(3, 80);
        FormattableString rules = $"{{name: d, paragraphs: {{attribute_name: dup, by_ngram: {{ngram_length: {length}, stride: {stride}, overlap_threshold: {threshold}, skip_short_paragraphs: {(skipsShort ? "true" : "false")}}}}}}}";
        _folder.Run(FormattableString.Invariant(rules));
        Assert.Equal(NaiveDedupe.NGrams(documents, length, Math.Max(1, stride), threshold, skipsShort), _folder.Spans("d", "dup"));
    }

    [Fact]
    public void A_separator_of_several_characters_belongs_to_the_span()
    {
        _folder.AddTexts("é\n\nb\n\né", "b\n\nc");
        _folder.Run("{name: d, paragraphs: {attribute_name: dup, paragraph_separator: \"\\n\\n\"}}");
        Assert.Equal([new AttributeSpan(6, 7, 1)], _folder.Spans("d", "dup")["0-0"]);
        Assert.Equal([new AttributeSpan(0, 3, 1)], _folder.Spans("d", "dup")["0-1"]);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(1e-5)]
    public void A_filter_finds_what_one_filter_filled_in_order_finds(double rate)
    {
        // So small that it takes many keys for others, whose order then matters.
        var parameters = BloomParameters.ForSize(200, null, rate);
        var documents = AddRandom(4, 60);
        var filter = new BloomFilter(parameters);
        var expected = NaiveDedupe.Paragraphs(documents, _ => true, paragraph => filter.Add(System.Text.Encoding.UTF8.GetBytes(paragraph)));
        var size = FormattableString.Invariant($"size_in_bytes: 200, desired_false_positive_rate: {rate}");
        if (parameters.FalsePositiveRate(filter.Keys) > rate)
        {
            Assert.Contains("would hold", _folder.Fails(ByParagraph, Bloom(size)).Message);
            return;
        }

        var result = _folder.Run(ByParagraph, Bloom(size) + "\nprocesses: 3");
        Assert.Equal(expected, _folder.Spans("d", "dup"));
        Assert.Equal(filter.Keys, result.BloomKeys);
    }

    [Fact]
    public void A_filter_with_many_segments_finds_what_one_filter_filled_in_order_finds()
    {
        // 2^24 bits: 16 segments; 12 hashes of 60,000 keys would be exact, so the keys are checked against the filter itself.
        var random = new Random(1);
        var documents = Enumerable.Range(0, 3).SelectMany(shard => _folder.AddShard(shard, Enumerable.Range(0, 200).Select(_ => string.Join('\n', Enumerable.Range(0, 20).Select(_ => $"{random.Next(9000)}"))))).ToList();
        var filter = new BloomFilter(BloomParameters.ForSize(1 << 21, null, 0.25));
        Assert.Equal(16, filter.Parameters.Segments);
        var expected = NaiveDedupe.Paragraphs(documents, _ => true, paragraph => filter.Add(System.Text.Encoding.UTF8.GetBytes(paragraph)));
        _folder.Run(ByParagraph, Bloom($"size_in_bytes: {1 << 21}, desired_false_positive_rate: 0.25"));
        Assert.Equal(expected, _folder.Spans("d", "dup"));
        filter.Save(_folder.At("expected.bloom"));
        Assert.Equal(
            File.ReadAllBytes(_folder.At("expected.bloom")).AsSpan(^(1 << 21)..),
            File.ReadAllBytes(_folder.At("filter.bloom")).AsSpan(^(1 << 21)..));
    }

    [Fact]
    public void Exact_comparison_in_several_cells_finds_what_a_set_of_strings_finds()
    {
        // More than 8 MiB, so that there are two cells.
        var random = new Random(2);
        var pool = Enumerable.Range(0, 40_000).Select(_ => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(random.Next())))).ToArray();
        var documents = Enumerable.Range(0, 4).SelectMany(shard => _folder.AddShard(shard, Enumerable.Range(0, shard == 0 ? 8000 : 500).Select(_ =>
            string.Join('\n', Enumerable.Range(0, 18).Select(_ => pool[random.Next(pool.Length)]))))).ToList();
        Assert.True(new FileInfo(_folder.At("documents/s/000.jsonl")).Length > 8 << 20);
        _folder.Run(ByParagraph, "audit: ROOT/removed");
        Assert.Equal(NaiveDedupe.Paragraphs(documents, _ => true), _folder.Spans("d", "dup"));
        var firsts = new Dictionary<string, string>();
        foreach (var document in documents)
        {
            foreach (var paragraph in document.Text.Split('\n'))
            {
                firsts.TryAdd(paragraph, document.Id);
            }
        }

        Assert.All(
            DedupeFolder.Lines(_folder.At("removed/s/001.jsonl.gz")),
            line => Assert.Equal(firsts[line.GetProperty("text").GetString()!.TrimEnd('\n')], line.GetProperty("first").GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData(ByUrl, "audit: ROOT/removed")]
    [InlineData(ByParagraph, "audit: ROOT/removed")]
    [InlineData("{name: d, paragraphs: {attribute_name: dup, by_ngram: {ngram_length: 2, overlap_threshold: 0.5}}}", "audit: ROOT/removed")]
    [InlineData(ByParagraph, "bloom_filter: {file: ROOT/filter.bloom, size_in_bytes: 4096}")]
    public void Every_number_of_processes_and_threads_gives_the_same_files(string rules, string more)
    {
        AddRandom(7, 30);
        var expected = _folder.Run(rules, more);
        var files = _folder.Outputs();
        Assert.DoesNotContain(files.Keys, path => path.Contains(".dedupe", StringComparison.Ordinal) || path.EndsWith(".tmp", StringComparison.Ordinal));
        foreach (var (processes, threads) in new[] { (1, 4), (2, 1), (3, 2) })
        {
            _folder.RemoveOutputs();
            File.Delete(_folder.At("filter.bloom"));
            var results = Jobs.ThreadGroup.Run(processes, group => _folder.Run(rules, $"{more}\nprocesses: {threads}", group));
            Assert.All(results, result => Assert.Equal(expected.Job.Totals, result.Job.Totals));
            Assert.Equal(files, _folder.Outputs());
        }
    }

    [Theory]
    [InlineData("audit: ROOT/removed")]
    [InlineData("bloom_filter: {file: ROOT/filter.bloom, size_in_bytes: 4096}")]
    public void A_job_that_is_stopped_anywhere_goes_on_to_the_same_files(string more)
    {
        AddRandom(4, 40);
        _folder.StopAnywhere(ByParagraph, more);
    }

    [Theory]
    [InlineData("")]
    [InlineData("bloom_filter: {file: ROOT/filter.bloom, size_in_bytes: 4096}")]
    public void A_finished_job_is_not_done_again_until_something_changes(string more)
    {
        AddRandom(3, 10);
        Assert.Equal(0, _folder.Run(ByParagraph, more).Job.Skipped);
        var files = _folder.Outputs();
        Assert.Equal(3, _folder.Run(ByParagraph, more).Job.Skipped);
        Assert.Equal(files, _folder.Outputs());
        File.WriteAllText(_folder.At("attributes/d/s/000.jsonl"), "harmed");
        if (more.Length == 0)
        {
            _folder.Run(ByParagraph, more);
            Assert.Equal(files, _folder.Outputs());
        }
        else
        {
            Assert.Contains("already holds its keys", _folder.Fails(ByParagraph, more).Message);
            File.Delete(_folder.At("filter.bloom"));
            _folder.Run(ByParagraph, more);
            Assert.Equal(files, _folder.Outputs());
        }
    }

    [Fact]
    public void New_files_are_compared_with_what_the_filter_holds()
    {
        _folder.AddTexts("a\nb", "c");
        _folder.Run(ByParagraph, Bloom("size_in_bytes: 4096"));
        _folder.AddTexts("c\nd", "d\ne");
        var result = _folder.Run(ByParagraph, Bloom("size_in_bytes: 4096"));
        Assert.Equal(1, result.Job.Skipped);
        Assert.Equal(5, result.BloomKeys);
        var spans = _folder.Spans("d", "dup");
        Assert.Empty(spans["0-1"]);
        Assert.Equal([new AttributeSpan(0, 2, 1)], spans["1-0"]);
        Assert.Equal([new AttributeSpan(0, 2, 1)], spans["1-1"]);
        Assert.Contains("belong to other settings", _folder.Fails(ByParagraph.Replace("dup", "other", StringComparison.Ordinal), Bloom("size_in_bytes: 4096")).Message);
    }

    [Fact]
    public void A_filter_that_is_only_read_stays_as_it_is()
    {
        _folder.AddTexts("a\nb");
        _folder.Run(ByParagraph, Bloom("size_in_bytes: 4096"));
        var before = File.ReadAllBytes(_folder.At("filter.bloom"));
        _folder.AddTexts("c\nc\nb");
        _folder.Run("{name: check, paragraphs: {attribute_name: known}}", Bloom("read_only: true"));
        Assert.Equal(before, File.ReadAllBytes(_folder.At("filter.bloom")));
        Assert.Equal([new AttributeSpan(0, 2, 1), new AttributeSpan(2, 3, 1)], _folder.Spans("check", "known")["0-0"]);
        Assert.Equal([new AttributeSpan(4, 5, 1)], _folder.Spans("check", "known")["1-0"]);
    }

    [Fact]
    public void The_audit_shows_each_duplicate_and_where_it_was_first()
    {
        _folder.AddTexts("é\nb\n", "x\nb\n");
        _folder.AddTexts("y\né\nx");
        _folder.Run(ByParagraph, "audit: ROOT/removed");
        var first = Assert.Single(DedupeFolder.Lines(_folder.At("removed/s/000.jsonl")));
        Assert.Equal("""{"id":"0-1","source":"s","span":[2,4,1],"text":"b\n","first":{"file":"s/000.jsonl","id":"0-0"}}""", first.GetRawText());
        Assert.Equal(
            ["é\n|0-0", "x|0-1"],
            DedupeFolder.Lines(_folder.At("removed/s/001.jsonl.gz")).Select(line => $"{line.GetProperty("text")}|{line.GetProperty("first").GetProperty("id")}"));
    }

    [Fact]
    public void The_audit_shows_all_that_the_attributes_mark()
    {
        var documents = AddRandom(5, 40).ToDictionary(document => document.Id);
        _folder.Run(ByParagraph, "audit: ROOT/removed");
        var firsts = new Dictionary<string, string>();
        foreach (var document in documents.Values)
        {
            foreach (var (paragraph, _, _) in NaiveDedupe.Split(document.Text))
            {
                firsts.TryAdd(paragraph, document.Id);
            }
        }

        var lines = Directory.EnumerateFiles(_folder.At("removed"), "*.jsonl*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).SelectMany(DedupeFolder.Lines).ToList();
        Assert.Equal(_folder.Spans("d", "dup").Sum(pair => pair.Value.Count), lines.Count);
        Assert.All(lines, line => Assert.Equal(firsts[line.GetProperty("text").GetString()!.TrimEnd('\n')], line.GetProperty("first").GetProperty("id").GetString()));
    }

    [Fact]
    public void Partitions_together_find_what_one_run_finds()
    {
        var documents = AddRandom(3, 60);
        for (var partition = 0; partition < 3; partition++)
        {
            _folder.Run($"{{name: d, paragraphs: {{attribute_name: dup}}, num_partitions: 3, partition_index: {partition}}}");
        }

        var parts = Enumerable.Range(0, 3).Select(partition => _folder.Spans($"d_{partition}", $"dup_{partition}")).ToArray();
        Assert.All(parts, part => Assert.Contains(part, pair => pair.Value.Count > 0));
        Assert.Equal(
            NaiveDedupe.Paragraphs(documents, _ => true),
            documents.ToDictionary(document => document.Id, document => parts.SelectMany(part => part[document.Id]).OrderBy(span => span.Start).ToList()));
    }

    [Fact]
    public void Partitions_of_files_are_all_files()
    {
        AddRandom(12, 5);
        var shards = Enumerable.Range(0, 3).Select(partition =>
            _folder.Run($"{{name: d, paragraphs: {{attribute_name: dup}}, num_partitions: 3, file_partition: true, partition_index: {partition}}}").Job.Manifests.Count).ToArray();
        Assert.Equal(12, shards.Sum());
        Assert.Equal(12, Directory.EnumerateFiles(_folder.At("attributes"), "*.jsonl*").Concat(Directory.EnumerateDirectories(_folder.At("attributes")).SelectMany(folder => Directory.EnumerateFiles(Path.Combine(folder, "s")))).Count());
    }

    [Fact]
    public void Lines_in_quarantine_have_no_row_and_are_counted()
    {
        var path = _folder.AddTexts("a", "a");
        File.AppendAllText(path, "{\"id\":\"broken\"\n");
        Assert.Contains($"{path}, line 3", _folder.Fails(ByText).Message);
        var result = _folder.Run(ByText, quarantine: true);
        Assert.Equal(1, result.Job.Totals["quarantined"]);
        Assert.Equal(3, Assert.Single(DedupeFolder.Lines(_folder.At("attributes/d/s/.quarantine/000.jsonl"))).GetProperty("line").GetInt32());
        Assert.Equal(2, DedupeFolder.Lines(_folder.At("attributes/d/s/000.jsonl")).Count);
    }

    [Fact]
    public void Any_texts_give_what_a_set_of_strings_gives() =>
        Gen.String[Gen.Char["ab\n é\u2028"], 0, 12].Array[1, 20].Sample(
            texts =>
            {
                using var folder = new DedupeFolder();
                List<Document> documents = [.. texts.Select((text, number) => DedupeFolder.Document($"{number}", text))];
                folder.Add(documents[..(texts.Length / 2)]);
                folder.Add(documents[(texts.Length / 2)..]);
                folder.Run(ByParagraph);
                Assert.Equal(NaiveDedupe.Paragraphs(documents, _ => true), folder.Spans("d", "dup"));
            },
            iter: 30, threads: 1);

    private List<Document> AddRandom(int shards, int documents)
    {
        var random = new RandomDocuments(shards * 1000 + documents);
        List<Document> all = [];
        for (var shard = 0; shard < shards; shard++)
        {
            var some = random.Take(documents);
            _folder.Add(some);
            all.AddRange(some);
        }

        return all;
    }

    private static string Bloom(string parameters) => $"bloom_filter: {{file: ROOT/filter.bloom, {parameters}}}";
}
