using System.Text.RegularExpressions;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Shards;
using OlmoSharp.Data.Tests.Jobs;
using OlmoSharp.Data.Tests.Shards;
using OlmoSharp.Data.Tokens.Config;
using Xunit;

namespace OlmoSharp.Data.Tests.Tokens;

public sealed partial class TokensJobTests : IDisposable
{
    private readonly SampleTokens _sample = new();

    public void Dispose() => _sample.Dispose();

    [Theory]
    [InlineData(TokenType.UInt16)]
    [InlineData(TokenType.UInt32)]
    public void Unshuffled_documents_are_what_the_tokenizer_makes_of_them_in_order(TokenType type)
    {
        _sample.WriteRandom(1, files: 4, rows: 30);
        var result = SampleTokens.Run(_sample.Config with { Shuffle = false, Dtype = type, Processes = 2 });
        var documents = _sample.Documents();
        var read = SampleTokens.Read(_sample.Folder.At("out"));
        Assert.Equal(documents.Select(document => (document.Id, document.File, document.Line)), read.Select(row => (row.Document.Id, row.Document.SourceFile, row.Document.Line)));
        Assert.Equal(documents.Select(document => _sample.Tokenizer.Encode(document.Text).Append(_sample.Tokenizer.EndOfTextId)), read.Select(row => row.Tokens));
        Assert.Equal(read.Sum(row => (long)row.Tokens.Length), result.Tokens);
        Assert.Equal((documents.Count, 120 - documents.Count), (result.Documents, result.Empty));
        Assert.Equal(documents.Sum(document => (long)System.Text.Encoding.UTF8.GetByteCount(document.Text)), result.TextBytes);
        Assert.True(result.Shards > 3);
        using var set = TokenShardSet.Open(_sample.Folder.At("out"));
        Assert.Equal(type, ShardManifest.Load(_sample.Folder.At("out", "part.shards.json")).Dtype);
        Assert.Equal(result.TextBytes, set.Utf8ByteCount);
        Assert.False(Directory.Exists(_sample.Folder.At("out", ".tokens-part")));

        // Every shard is as full as it can be.
        Assert.All(set.Shards, shard => Assert.True(shard.TokenCount <= 500));
        Assert.All(set.Shards.Zip(set.Shards.Skip(1)), pair => Assert.True(pair.First.TokenCount + read.First(row => row.Document.Shard.Path == pair.Second.Path).Tokens.Length > 500));
    }

    [Fact]
    public void A_shuffle_moves_every_document_and_keeps_its_tokens()
    {
        _sample.WriteRandom(2, files: 3, rows: 200);
        SampleTokens.Run(_sample.Config);
        var documents = _sample.Documents();
        var read = SampleTokens.Read(_sample.Folder.At("out"));
        var shuffled = read.Select(row => documents.FindIndex(document => (document.File, document.Line) == (row.Document.SourceFile, row.Document.Line))).ToList();
        Assert.Equal(Enumerable.Range(0, documents.Count), shuffled.Order());
        Assert.Equal(shuffled.Select(index => _sample.Tokenizer.Encode(documents[index].Text).Append(_sample.Tokenizer.EndOfTextId)), read.Select(row => row.Tokens));

        // Far from the old order: rank correlation is about 0 with deviation 1/√n, and neighbours come from different files as often as chance has it.
        var (n, mean) = (shuffled.Count, (shuffled.Count - 1) / 2.0);
        var correlation = shuffled.Select((index, place) => (index - mean) * (place - mean)).Sum() / (n * ((double)n * n - 1) / 12);
        Assert.InRange(correlation, -5 / Math.Sqrt(n), 5 / Math.Sqrt(n));
        var apart = read.Zip(read.Skip(1)).Count(pair => pair.First.Document.SourceFile != pair.Second.Document.SourceFile) / (double)(n - 1);
        Assert.InRange(apart, 0.66 - 2.5 / Math.Sqrt(n), 0.67 + 2.5 / Math.Sqrt(n));
    }

    [Fact]
    public void Order_and_shards_do_not_depend_on_memory()
    {
        _sample.WriteRandom(3, files: 3, rows: 120, words: 2500);
        var result = SampleTokens.Run(_sample.Config with { MaxSize = 1_000_000 });
        Assert.True(result.Tokens * 2 > 4 * (1 << 20) / 8, "the parts of the second run would be no parts");
        SampleTokens.Run(_sample.Config with { MaxSize = 1_000_000, Destination = _sample.Folder.At("small"), MemoryInBytes = 1 << 20, Processes = 8 });
        Assert.Equal(SampleTokens.Files(_sample.Folder.At("out")), SampleTokens.Files(_sample.Folder.At("small")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Shards_are_the_same_however_the_work_is_divided(bool shuffle)
    {
        _sample.WriteRandom(4, files: 5, rows: 30);
        File.AppendAllText(_sample.Folder.At("documents", "2.jsonl"), "{\"id\":\"broken\n");
        var config = _sample.Config with { Shuffle = shuffle };
        var expected = SampleTokens.Run(config, quarantine: true);
        Assert.Equal(1, expected.Quarantined);
        foreach (var processes in new[] { 1, 2, 3 })
        {
            var name = _sample.Folder.At($"out-{processes}");
            var results = ThreadGroup.Run(processes, group => SampleTokens.Run(config with { Destination = name, Processes = 2 }, group, quarantine: true));
            Assert.All(results, result => Assert.Equal(expected, result));
            Assert.Equal(SampleTokens.Files(config.Destination), SampleTokens.Files(name));
        }
    }

    [Fact]
    public void A_job_that_is_stopped_anywhere_goes_on_to_the_same_files()
    {
        _sample.WriteRandom(5, files: 4, rows: 15);
        var (calls, random) = (0, new Random(6));
        SampleTokens.Run(_sample.Config, progress: _ => calls++);
        Assert.True(calls > 60, "no stop would be in the second pass");
        for (var stop = 0; stop < 20; stop++)
        {
            var config = _sample.Config with { Destination = _sample.Folder.At($"stopped-{stop}") };
            var left = stop == 0 ? calls : random.Next(1, calls);
            Assert.Throws<DataException>(() => SampleTokens.Run(config, progress: _ =>
            {
                if (--left == 0)
                {
                    throw new DataException("killed");
                }
            }));
            Assert.False(File.Exists(Path.Combine(config.Destination, "part.shards.json")));
            Assert.Empty(Directory.EnumerateFiles(config.Destination, "*.tmp", SearchOption.AllDirectories));
            SampleTokens.Run(config);
            Assert.Equal(SampleTokens.Files(_sample.Folder.At("out")), SampleTokens.Files(config.Destination));
        }
    }

    [Fact]
    public void A_finished_job_runs_again_only_when_something_changed()
    {
        _sample.WriteRandom(7, files: 3, rows: 30);
        var first = SampleTokens.Run(_sample.Config);
        Assert.Equal(0, first.Skipped);
        var before = SampleTokens.Files(_sample.Folder.At("out"));
        Assert.Equal(first with { Skipped = first.Shards }, SampleTokens.Run(_sample.Config with { Processes = 3, MemoryInBytes = 1 << 20 }));

        // A harmed shard is made again, and only that.
        File.WriteAllText(_sample.Folder.At("out", "part-00001.npy"), "harmed");
        Assert.Equal(first with { Skipped = first.Shards - 1 }, SampleTokens.Run(_sample.Config));
        Assert.Equal(before, SampleTokens.Files(_sample.Folder.At("out")));

        // A job of fewer shards leaves none of the old ones unnoticed.
        SampleShards.Refused(() => SampleTokens.Run(_sample.Config with { MaxSize = 100_000 }), "part-00001.npy", "none of the 1 shards");
        Assert.Equal(before, SampleTokens.Files(_sample.Folder.At("out")).Where(file => !file.Key.StartsWith(".tokens", StringComparison.Ordinal)).ToDictionary());

        File.AppendAllText(_sample.Folder.At("documents", "2.jsonl"), """{"id":"more","text":"more","source":"s"}""");
        Assert.Equal(first.Documents + 1, SampleTokens.Run(_sample.Config).Documents);
    }

    [Fact]
    public void Documents_begin_and_end_as_the_config_says()
    {
        _sample.Write("a.jsonl", "the model", "reads");
        var (begin, end) = (_sample.Tokenizer.SpecialTokens["<|pad|>"], _sample.Tokenizer.SpecialTokens["<|fim_middle|>"]);
        SampleTokens.Run(_sample.Config with { Shuffle = false, Tokenizer = _sample.Config.Tokenizer with { BosTokenId = begin, EosTokenId = end } });
        Assert.Equal([[begin, .. _sample.Tokenizer.Encode("the model"), end], [begin, .. _sample.Tokenizer.Encode("reads"), end]], SampleTokens.Read(_sample.Folder.At("out")).Select(row => row.Tokens));
        Assert.Equal(end, ShardManifest.Load(_sample.Folder.At("out", "part.shards.json")).Tokenizer.EndOfTextId);
    }

    [Fact]
    public void Special_tokens_in_a_text_are_text_unless_the_config_says_otherwise()
    {
        _sample.Write("a.jsonl", "the <|pad|> model");
        SampleTokens.Run(_sample.Config);
        Assert.Equal([.. _sample.Tokenizer.Encode("the <|pad|> model"), _sample.Tokenizer.EndOfTextId], SampleTokens.Read(_sample.Folder.At("out"))[0].Tokens);
        SampleTokens.Run(_sample.Config with { Tokenizer = _sample.Config.Tokenizer with { EncodeSpecialTokens = false } });
        Assert.Contains(_sample.Tokenizer.PaddingId, SampleTokens.Read(_sample.Folder.At("out"))[0].Tokens);
        _sample.Write("b.jsonl", "one", "two <|endoftext|> three");
        SampleShards.Refused(() => SampleTokens.Run(_sample.Config with { Tokenizer = _sample.Config.Tokenizer with { EncodeSpecialTokens = false } }), "b.jsonl, line 2", "ends documents", "encode_special_tokens: true");
    }

    [Fact]
    public void Paragraphs_can_be_encoded_by_themselves()
    {
        _sample.WriteRandom(8, files: 1, rows: 60);
        SampleTokens.Run(_sample.Config with { Shuffle = false, Tokenizer = _sample.Config.Tokenizer with { SegmentBeforeTokenization = true } });
        var expected = _sample.Documents().Select(document => Segment.Matches(document.Text).SelectMany(match => _sample.Tokenizer.Encode(match.Value)).Append(_sample.Tokenizer.EndOfTextId));
        Assert.Equal(expected, SampleTokens.Read(_sample.Folder.At("out")).Select(row => row.Tokens));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    [InlineData(0.5)]
    public void A_rewritten_document_is_its_text_with_the_middle_last(double spmRate)
    {
        _sample.WriteRandom(9, files: 2, rows: 300);
        var fill = new FillInTheMiddleConfig { Rate = 0.6, SpmRate = spmRate };
        var result = SampleTokens.Run(_sample.Config with { FillInTheMiddle = fill });
        var texts = _sample.Documents().ToDictionary(document => (document.File, document.Line), document => document.Text);
        var special = _sample.Tokenizer.SpecialTokens;
        var (prefix, middle, suffix) = (special[fill.PrefixToken], special[fill.MiddleToken], special[fill.SuffixToken]);
        var (rewritten, suffixFirst, moved) = (0, 0, 0);
        foreach (var (document, tokens) in SampleTokens.Read(_sample.Folder.At("out")))
        {
            var text = texts[(document.SourceFile, document.Line)];
            if (tokens[0] != prefix)
            {
                Assert.Equal(text, _sample.Tokenizer.Decode(tokens.AsSpan()[..^1]));
                continue;
            }

            rewritten++;
            var (atSuffix, atMiddle) = (Array.IndexOf(tokens, suffix), Array.IndexOf(tokens, middle));
            var (first, second, third) = (_sample.Tokenizer.Decode(tokens.AsSpan(1..atSuffix)), _sample.Tokenizer.Decode(tokens.AsSpan((atSuffix + 1)..atMiddle)), _sample.Tokenizer.Decode(tokens.AsSpan((atMiddle + 1)..^1)));
            suffixFirst += atSuffix == 1 ? 1 : 0;
            moved += second.Length > 0 && third.Length > 0 ? 1 : 0;
            Assert.Equal(text, first + third + second);
        }

        Assert.Equal(rewritten, result.Rewritten);
        Assert.InRange(rewritten / (double)texts.Count, 0.6 - 0.11, 0.6 + 0.11);
        Assert.InRange(suffixFirst / (double)rewritten, spmRate - 0.14, spmRate + 0.14);
        Assert.True(moved > rewritten * 0.8);
    }

    [Fact]
    public void A_config_of_the_Dolma_toolkit_is_read_as_it_is()
    {
        var config = ConfigReader.ReadText<TokensConfig>(
            """
            destination: out/preprocessed/olmo-mix
            documents:
              - in/olmo-mix/documents/*.json.gz
            processes: 128
            files_per_process: 4
            batch_size: 10000
            seed: 3920
            max_size: 17179869184
            dtype: uint32
            ring_size: 6
            sample_ring_prop: true
            fields: {text_field_name: text, id_field_name: id, id_field_type: str, text_field_type: str}
            tokenizer:
              name_or_path: allenai/dolma2-tokenizer
              bos_token_id: null
              eos_token_id: 100257
              pad_token_id: 100277
              segment_before_tokenization: false
              encode_special_tokens: true
              refresh: 0
              fast: true
            work_dir: {input: /tmp/in, output: /tmp/out}
            debug: false
            dryrun: false
            """, "tokens.yaml");
        Assert.Equal((17179869184L, 3920L, TokenType.UInt32, 100257), (config.MaxSize, config.Seed, config.Dtype, config.Tokenizer.EosTokenId));
    }

    [Theory]
    [InlineData("destination: 's3://b', tokenizer: {name_or_path: t}", "s3://b is not on this machine")]
    [InlineData("destination: b, tokenizer: {name_or_path: t}, fields: {text_field_name: body}", "rename the fields")]
    [InlineData("destination: b, tokenizer: {name_or_path: t, bos_token_id: 1}", "eos_token_id: is needed")]
    [InlineData("destination: b, tokenizer: {name_or_path: t}, dtype: int64", "dtype")]
    [InlineData("destination: b, tokenizer: {name_or_path: t}, ring: 3", "ring_size")]
    public void What_cannot_be_done_is_named(string config, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigException>(() => ConfigReader.ReadText<TokensConfig>($"{{documents: [a], {config}}}", "tokens.yaml")).Message);

    [GeneratedRegex(@"(^\n*|\n+)[^\n]*")]
    private static partial Regex Segment { get; }
}
