using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Deduplication.Bloom;
using OlmoSharp.Data.Deduplication.Keys;
using Xunit;

namespace OlmoSharp.Data.Tests.Deduplication;

/// <summary>What is wrong in other toolkits, and must not be wrong here.</summary>
public sealed class DedupeDefectTests : IDisposable
{
    private readonly DedupeFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("documents: {attribute_name: dup, key: $.text}")]
    [InlineData("paragraphs: {attribute_name: dup}")]
    public void Min_words_disables_dedupe(string what)
    {
        _folder.AddTexts("one two three", "one two three", "one", "one");
        _folder.Run($"{{name: d, {what}, min_words: 2}}");
        var spans = _folder.Spans("d", "dup");
        Assert.Equal([new AttributeSpan(0, 13, 1)], spans["0-1"]);
        Assert.Empty(spans["0-3"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_read_error_in_mid_file_counts_as_a_shorter_file(int shard)
    {
        _folder.AddTexts("a");
        var paths = new[] { _folder.AddTexts([.. Enumerable.Range(0, 3000).Select(i => $"text {i * 7919 % 3001}")]), _folder.AddTexts([.. Enumerable.Range(0, 3000).Select(i => $"text {i * 6007 % 3001}")]) };
        var path = paths[shard - 1];
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^200]);
        var error = _folder.Fails("{name: d, paragraphs: {attribute_name: dup}}");
        Assert.StartsWith(path, error.Message);
        Assert.Contains("truncated", error.Message);
        Assert.False(Directory.Exists(_folder.At("attributes/d/s")));
    }

    [Fact]
    public void The_number_of_hashes_grows_without_bound()
    {
        var (few, rare) = (BloomParameters.For(5, 1e-3), BloomParameters.For(2_300_000, 1e-15));
        Assert.Equal(10, few.Hashes);
        Assert.Equal(BloomParameters.MaxHashes, rare.Hashes);
        Assert.True(rare.FalsePositiveRate(2_300_000) <= 1e-15);
    }

    [Fact]
    public void A_filters_size_alone_is_not_enough()
    {
        _folder.AddTexts("a\na");
        var result = _folder.Run("{name: d, paragraphs: {attribute_name: dup}}", "bloom_filter: {file: ROOT/f.bloom, size_in_bytes: 1024, read_only: false, estimated_doc_count: 0, desired_false_positive_rate: 0}");
        Assert.Equal(8192, result.Bloom!.Bits);
        Assert.Equal([new AttributeSpan(2, 3, 1)], _folder.Spans("d", "dup")["0-0"]);
    }

    [Fact]
    public void The_config_of_a_filter_is_ignored_when_its_file_is_there()
    {
        _folder.AddTexts("a");
        _folder.Run("{name: d, paragraphs: {attribute_name: dup}}", "bloom_filter: {file: ROOT/f.bloom, size_in_bytes: 1024}");
        var message = _folder.Fails("{name: d, paragraphs: {attribute_name: dup}}", "bloom_filter: {file: ROOT/f.bloom, size_in_bytes: 2048}").Message;
        Assert.Contains("has 1024 bytes, 20 hashes and seed 0, but the config asks for 2048 bytes, 20 hashes and seed 0", message);
    }

    [Fact]
    public void The_end_of_a_paragraph_is_counted_in_bytes_here_and_in_characters_there()
    {
        _folder.AddTexts("ééé\nab\nééé\nab", "ééé\n");
        _folder.Run("{name: d, paragraphs: {attribute_name: dup}}");
        Assert.Equal([new AttributeSpan(7, 11, 1), new AttributeSpan(11, 13, 1)], _folder.Spans("d", "dup")["0-0"]);
        Assert.Equal([new AttributeSpan(0, 4, 1)], _folder.Spans("d", "dup")["0-1"]);
    }

    [Fact]
    public void Hashes_are_not_the_same_on_every_machine()
    {
        // The published test value of XXH128: the hash of nothing.
        Assert.Equal(new KeyHash(0x99aa06d3014798d8, 0x6001c324468d497f), KeyHash.Of([]));
        Assert.Equal("OLMOBLMF"u8, SmallFilter().AsSpan(0, 8));
        Assert.Equal(SmallFilter(), SmallFilter());

        byte[] SmallFilter()
        {
            var filter = new BloomFilter(BloomParameters.ForSize(64));
            filter.Add("a"u8);
            filter.Save(_folder.At("small.bloom"));
            return File.ReadAllBytes(_folder.At("small.bloom"));
        }
    }

    [Fact]
    public void A_paragraphs_own_ngrams_are_counted_as_seen_before()
    {
        // Nothing here occurs in two paragraphs, but each paragraph repeats itself.
        _folder.AddTexts(
            "ha he ho ha he ho ha he ho ha he ho\nla lu la lu la lu la lu",
            string.Join(' ', Enumerable.Repeat("no non nee", 20)));
        var result = _folder.Run("{name: d, paragraphs: {attribute_name: dup, by_ngram: {ngram_length: 3, overlap_threshold: 0.2}}}", "bloom_filter: {file: ROOT/f.bloom, size_in_bytes: 65536}");
        Assert.All(_folder.Spans("d", "dup").Values, Assert.Empty);
        Assert.Equal(0, result.Job.Totals["overlapping_paragraphs"]);
        Assert.Equal(3 + 2 + 3, result.BloomKeys);
    }

    [Fact]
    public void A_job_that_runs_again_finds_every_document_to_be_a_duplicate_of_itself()
    {
        _folder.AddTexts("a", "b", "a");
        const string Rules = "{name: d, documents: {attribute_name: dup, key: $.text}}", Filter = "bloom_filter: {file: ROOT/f.bloom, size_in_bytes: 1024}";
        _folder.Run(Rules, Filter);
        var before = _folder.Outputs();
        _folder.Run(Rules, Filter);
        Assert.Equal(before, _folder.Outputs());
        Directory.Delete(_folder.At("attributes"), recursive: true);
        Assert.Contains("duplicate of itself", _folder.Fails(Rules, Filter).Message);
    }

    [Fact]
    public void A_file_of_Dolmas_hash_is_taken_for_one_of_ours()
    {
        var file = new byte[12 + 2 * 32 + 8 + 4 * 256];
        BitConverter.TryWriteBytes(file, 0x81F0F117);
        BitConverter.TryWriteBytes(file.AsSpan(4), 1);
        BitConverter.TryWriteBytes(file.AsSpan(8), 2);
        BitConverter.TryWriteBytes(file.AsSpan(12 + 64), 256L);
        File.WriteAllBytes(_folder.At("dolma.bin"), file);
        _folder.AddTexts("a");
        var message = _folder.Fails("{name: d, paragraphs: {attribute_name: dup}}", "bloom_filter: {file: ROOT/dolma.bin, size_in_bytes: 1024}").Message;
        Assert.Contains("is a Bloom filter of the Dolma toolkit (1024 bytes, 2 hashes)", message);
        Assert.Contains("ahash", message);
    }
}
