using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Deduplication.Bloom;
using Xunit;

namespace OlmoSharp.Data.Tests.Deduplication;

public sealed class DedupeInputTests : IDisposable
{
    private const string Rules = "{name: d, paragraphs: {attribute_name: dup}}";
    private readonly DedupeFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{\"id\":\"1\",\"text\":\"a\",\"source\":\"s\"", "line 2: invalid JSON")]
    [InlineData("{\"id\":\"1\",\"text\":\"a\"}", "line 2: the document has no \"source\"")]
    [InlineData("{\"text\":\"a\",\"source\":\"s\"}", "line 2: the document has no \"id\"")]
    [InlineData("{\"id\":\"1\",\"text\":\"a\",\"source\":\"s\",\"metadata\":{}}", "line 2: the document has no $.metadata.url")]
    [InlineData("{\"id\":\"1\",\"text\":\"a\",\"source\":\"s\",\"metadata\":{\"url\":null}}", "line 2: the document has no $.metadata.url")]
    [InlineData("{\"id\":\"1\",\"text\":\"a\",\"source\":\"s\",\"metadata\":{\"url\":3}}", "line 2: the key $.metadata.url is not a string")]
    [InlineData("{\"id\":\"1\",\"text\":\"a\",\"source\":\"s\",\"metadata\":{\"url\":\"\\ud800\"}}", "line 2: the key $.metadata.url is not valid Unicode")]
    public void A_broken_line_is_an_error_with_its_place(string line, string reason)
    {
        var path = _folder.Add(DedupeFolder.Document("0", "a", "u"));
        File.AppendAllText(path, line);
        var message = _folder.Fails("{name: d, documents: {attribute_name: dup, key: $.metadata.url}}").Message;
        Assert.StartsWith(path, message);
        Assert.Contains(reason, message);
        Assert.False(File.Exists(_folder.At("attributes/d/s/000.jsonl")));
    }

    [Fact]
    public void Documents_without_a_key_are_passed_over_with_skip_empty()
    {
        _folder.Add(DedupeFolder.Document("0", "a"), DedupeFolder.Document("1", "b"), DedupeFolder.Document("2", "c", " "), DedupeFolder.Document("3", "c", " "));
        var result = _folder.Run("{name: d, documents: {attribute_name: dup, key: $.metadata.url}, skip_empty: true}");
        Assert.Equal(4, result.Job.Totals["passed_over_empty"]);
        Assert.All(_folder.Spans("d", "dup").Values, Assert.Empty);
    }

    [Theory]
    [InlineData("$..url")]
    [InlineData("$")]
    [InlineData("metadata.url")]
    [InlineData("$.metadata[*]")]
    [InlineData("$[0]")]
    public void A_key_that_is_not_the_path_of_one_value_is_an_error(string key)
    {
        _folder.AddTexts("a");
        Assert.Contains("is not the path of one value", _folder.Fails($"{{name: d, documents: {{attribute_name: dup, key: '{key}'}}}}").Message);
    }

    [Fact]
    public void Documents_must_lie_in_the_folder_that_is_named()
    {
        _folder.AddTexts("a");
        Assert.Contains("has no folder named docs in its path", _folder.Fails("{name: d, paragraphs: {attribute_name: dup}, document_dir: docs}").Message);
    }

    [Theory]
    [InlineData("{name: d}", "", "dedupe: needs documents or paragraphs")]
    [InlineData("{name: d, paragraphs: {attribute_name: a}, documents: {attribute_name: b, key: $.text}}", "", "has documents and paragraphs")]
    [InlineData("{name: d, paragraphs: {attribute_name: a}, num_partitions: 2, partition_index: 2}", "", "must be less than num_partitions, 2")]
    [InlineData("{name: d, paragraphs: {attribute_name: a, by_ngram: {ngram_length: 3}}, num_partitions: 2}", "", "does not go with by_ngram")]
    [InlineData("{name: d, minhash: {attribute_name: a}, documents: {attribute_name: b, key: $.text}}", "", "has documents and minhash")]
    [InlineData("{name: d, minhash: {attribute_name: a}, num_partitions: 2}", "", "does not go with minhash")]
    [InlineData("{name: d, minhash: {attribute_name: a, bands: 0}}", "", "bands")]
    [InlineData("{name: d, minhash: {attribute_name: a, threshold: 1.5}}", "", "threshold")]
    [InlineData("{name: d, minhash: {attribute_name: a, keep: shortest}}", "", "one of first, longest")]
    [InlineData("{name: d, minhash: {attribute_name: a, key: $.text}}", "", "key")]
    [InlineData("{name: d, minhash: {attribute_name: a}}", "bloom_filter: {file: f, size_in_bytes: 8}", "bloom_filter: is for duplicates of documents and paragraphs")]
    [InlineData("{name: d, minhash: {attribute_name: a}}", "exact: true", "exact: is for duplicates")]
    [InlineData("{name: d, substring: {attribute_name: a}, num_partitions: 2}", "", "does not go with substring")]
    [InlineData("{name: d, substring: {attribute_name: a}, min_words: 2}", "", "min_words: does not go with substring")]
    [InlineData("{name: d, substring: {attribute_name: a, min_words: 1}}", "", "min_words")]
    [InlineData("{name: d, substring: {attribute_name: a}}", "exact: true", "exact: is for duplicates")]
    [InlineData("{name: a/b, paragraphs: {attribute_name: a}}", "", "must be a folder's name")]
    [InlineData("{name: d, paragraphs: {attribute_name: a, paragraph_separator: ''}}", "", "paragraph_separator")]
    [InlineData("{name: d, paragraphs: {attribute_name: a}, min_word: 2}", "", "did you mean 'min_words'?")]
    [InlineData(Rules, "exact: false", "there is no bloom_filter")]
    [InlineData(Rules, "exact: true\nbloom_filter: {file: f, size_in_bytes: 8}", "there is a bloom_filter as well")]
    [InlineData(Rules, "bloom_filter: {file: f, estimated_doc_count: 8}", "needs size_in_bytes, or both")]
    [InlineData(Rules, "bloom_filter: {file: 's3://bucket/f', size_in_bytes: 8}", "only files of this machine")]
    [InlineData(Rules, "bloom_filter: {file: f, estimated_doc_count: 8, desired_false_positive_rate: 1}", "less than 1")]
    [InlineData(Rules, "compression: {input: gz}", "compression: is not supported")]
    [InlineData(Rules, "is_s3_volume: true", "is_s3_volume: is not supported")]
    [InlineData(Rules, "memory_in_bytes: 1000", "memory_in_bytes")]
    public void A_config_that_cannot_be_followed_is_an_error(string rules, string more, string reason) =>
        Assert.Contains(reason, Assert.Throws<ConfigException>(() => _folder.Config(rules, more)).Message);

    [Fact]
    public void A_filter_that_does_not_fit_is_an_error_that_says_why()
    {
        _folder.AddTexts("a\nb");
        var path = _folder.At("f.bloom");
        Assert.Contains("there is no such Bloom filter, and with bloom_filter.read_only", Fails("read_only: true"));
        Assert.Contains("its size must be given", Fails(""));
        new BloomFilter(BloomParameters.ForSize(1024)).Save(path);
        Assert.Contains("but the config asks for", Fails("size_in_bytes: 1024, estimated_doc_count: 1000"));
        Assert.Contains("but the config asks for", Fails("size_in_bytes: 1024, seed: 5"));
        var file = File.ReadAllBytes(path);
        File.WriteAllBytes(path, file[..^1]);
        Assert.Contains("truncated", Fails(""));
        file[^1] ^= 1;
        File.WriteAllBytes(path, file);
        Assert.Contains("damaged", Fails(""));
        File.WriteAllText(path, "something else that is long enough to be a header of a filter");
        Assert.Contains("is not a Bloom filter", Fails(""));

        string Fails(string parameters)
        {
            var message = _folder.Fails(Rules, $"bloom_filter: {{file: ROOT/f.bloom, {parameters}}}").Message;
            Assert.StartsWith(path, message);
            Assert.False(File.Exists(_folder.At("attributes/d/s/000.jsonl")));
            return message;
        }
    }

    [Fact]
    public void A_filter_that_would_be_too_full_is_an_error_before_anything_is_written()
    {
        _folder.AddTexts(string.Join('\n', Enumerable.Range(0, 5000)));
        var message = _folder.Fails(Rules, "bloom_filter: {file: ROOT/f.bloom, size_in_bytes: 1024, desired_false_positive_rate: 0.001}").Message;
        Assert.Contains("its false-positive rate would be", message);
        Assert.Contains("Set bloom_filter.estimated_doc_count to at least", message);
        Assert.False(File.Exists(_folder.At("attributes/d/s/000.jsonl")));
        Assert.False(File.Exists(_folder.At("f.bloom")));
    }

    [Fact]
    public void Clusters_that_do_not_fit_into_memory_are_an_error()
    {
        _folder.Add(Enumerable.Range(0, 66_000).Select(number => DedupeFolder.Document($"{number}", "")));
        Assert.Contains(
            "the clusters of 66000 documents need 1056000 bytes, more than memory_in_bytes, 1050000",
            _folder.Fails("{name: d, minhash: {attribute_name: dup, keep: longest}}", "memory_in_bytes: 1050000").Message);
    }

    [Fact]
    public void A_config_of_Dolma_runs_unchanged()
    {
        _folder.AddTexts("a\nb", "a");
        var result = _folder.Run(
            "{name: dedupe_paragraphs, paragraphs: {attribute_name: bff_duplicate_paragraph_spans, by_ngram: {ngram_length: 6, stride: 3, overlap_threshold: 0.5}}}",
            """
            work_dir: {input: ROOT/in, output: ROOT/out}
            bloom_filter: {file: ROOT/bloom/para_bloom_filter.bin, size_in_bytes: 0, read_only: false, estimated_doc_count: 1000, desired_false_positive_rate: 0.001}
            compression: {input: null, output: null}
            is_s3_volume: false
            dryrun: false
            processes: 1
            """);
        Assert.Equal(1, result.Job.Totals["duplicate_paragraphs"]);
        Assert.Single(_folder.Spans("dedupe_paragraphs", "bff_duplicate_paragraph_spans")["0-1"]);
        Assert.True(File.Exists(_folder.At("bloom/para_bloom_filter.bin")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.At("out")));
    }
}
