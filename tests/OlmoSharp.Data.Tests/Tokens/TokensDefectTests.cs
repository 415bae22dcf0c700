using OlmoSharp.Data.Shards;
using OlmoSharp.Data.Tests.Shards;
using OlmoSharp.Data.Tokens.Config;
using OlmoSharp.Tokenization;
using Xunit;

namespace OlmoSharp.Data.Tests.Tokens;

/// <summary>Defects that tools of this kind have had, and inputs that must not pass.</summary>
public sealed class TokensDefectTests : IDisposable
{
    private readonly SampleTokens _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void The_seed_decides_the_order()
    {
        _sample.WriteRandom(1, files: 3, rows: 30);
        var orders = new[] { 1L, 1, 2 }.Select((seed, run) =>
        {
            SampleTokens.Run(_sample.Config with { Seed = seed, Destination = _sample.Folder.At($"{run}") });
            return SampleTokens.Files(_sample.Folder.At($"{run}"));
        }).ToList();
        Assert.Equal(orders[0], orders[1]);
        Assert.NotEqual(orders[0]["part-00000.npy"], orders[2]["part-00000.npy"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_document_longer_than_a_shard_is_a_shard_of_its_own(bool shuffle)
    {
        var texts = Enumerable.Range(0, 12).Select(row => string.Concat(Enumerable.Repeat("model reads end. ", row % 5 == 0 ? 400 : 3))).ToArray();
        _sample.Write("a.jsonl", texts);
        SampleTokens.Run(_sample.Config with { MaxSize = 60, Shuffle = shuffle });
        var read = SampleTokens.Read(_sample.Folder.At("out"));
        Assert.Equal(12, read.Count);
        Assert.Equal(Enumerable.Range(1, 12), read.Select(row => (int)row.Document.Line).Order());
        foreach (var shard in read.GroupBy(row => row.Document.Shard.Path))
        {
            Assert.True(shard.Sum(row => row.Tokens.Length) <= 60 || shard.Count() == 1);
            Assert.All(shard, row => Assert.Equal(texts[row.Document.Line - 1].Trim(), _sample.Tokenizer.Decode(row.Tokens.AsSpan()[..^1])));
        }

        Assert.Equal(3, read.Count(row => row.Tokens.Length > 60));
    }

    [Fact]
    public void The_size_of_a_shard_is_in_tokens_whatever_their_type()
    {
        _sample.WriteRandom(2, files: 2, rows: 60);
        var counts = new[] { TokenType.UInt16, TokenType.UInt32 }.Select(type =>
        {
            SampleTokens.Run(_sample.Config with { Dtype = type, Destination = _sample.Folder.At($"{type}") });
            return ShardManifest.Load(_sample.Folder.At($"{type}", "part.shards.json")).Shards.Select(shard => shard.TokenCount).ToList();
        }).ToList();
        Assert.Equal(counts[0], counts[1]);
    }

    [Fact]
    public void A_line_that_cannot_be_encoded_is_an_error_and_no_document_less()
    {
        _sample.WriteRandom(3, files: 2, rows: 5);
        _sample.Folder.Write("documents/x.jsonl", "{\"id\":\"1\",\"text\":\"a\",\"source\":\"s\"}\n{\"id\":\"2\",\"text\":\"\\ud800\",\"source\":\"s\"}\n");
        SampleShards.Refused(() => SampleTokens.Run(_sample.Config), "x.jsonl, line 2", "surrogate");
        Assert.False(File.Exists(_sample.Folder.At("out", "part.shards.json")));
        var result = SampleTokens.Run(_sample.Config, quarantine: true);
        Assert.Equal(1, result.Quarantined);
        Assert.Contains("\"line\":2", File.ReadAllText(_sample.Folder.At("out", ".quarantine", "00002.jsonl")));
    }

    [Theory]
    [InlineData("{\"id\":\"1\",\"text\":\"a\"\n", "invalid JSON")]
    [InlineData("{\"text\":\"a\",\"source\":\"s\"}\n", "no \"id\"")]
    [InlineData("{\"id\":\"1\",\"source\":\"s\"}\n", "no \"text\"")]
    [InlineData("{\"id\":\"a\\nb\",\"text\":\"a\",\"source\":\"s\"}\n", "the id holds a line break")]
    public void A_line_that_is_no_document_is_named(string line, string reason)
    {
        _sample.Folder.Write("documents/x.jsonl", line);
        SampleShards.Refused(() => SampleTokens.Run(_sample.Config), "x.jsonl, line 1", reason);
    }

    [Theory]
    [InlineData(".gz")]
    [InlineData(".zst")]
    public void A_truncated_file_is_an_error(string extension)
    {
        var random = new Random(4);
        var path = _sample.Write("x.jsonl" + extension, [.. Enumerable.Range(0, 50).Select(_ => SampleTokens.RandomText(random, 40))]);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^30]);
        SampleShards.Refused(() => SampleTokens.Run(_sample.Config), "x.jsonl" + extension, "damaged or truncated");
        Assert.False(File.Exists(_sample.Folder.At("out", "part.shards.json")));
    }

    [Fact]
    public void Tokenizer_and_config_must_go_together()
    {
        _sample.Write("a.jsonl", "the");
        var config = _sample.Config;
        var tokenizer = config.Tokenizer;
        SampleShards.Refused(() => SampleTokens.Run(config with { Tokenizer = tokenizer with { EosTokenId = 50279 } }), "tokenizer.eos_token_id is 50279", "0 to ");
        SampleShards.Refused(() => SampleTokens.Run(config with { Tokenizer = tokenizer with { PadTokenId = -1 } }), "tokenizer.pad_token_id is -1");
        SampleShards.Refused(() => SampleTokens.Run(config with { FillInTheMiddle = new FillInTheMiddleConfig { MiddleToken = "<|mid|>" } }), "no special token <|mid|>");
        Assert.Throws<TokenizerException>(() => SampleTokens.Run(config with { Tokenizer = tokenizer with { NameOrPath = "allenai/dolma2-tokenizer" } }));
        SampleShards.Refused(() => SampleTokens.Run(config with { Documents = [_sample.Folder.At("nowhere")] }), "there are no documents here");
        _sample.Write("a.jsonl", " ", "");
        SampleShards.Refused(() => SampleTokens.Run(config), "none of the documents in 1 files has text");
    }

    [Fact]
    public void Sixteen_bits_must_hold_the_vocabulary()
    {
        var special = Enumerable.Range(0, 66_000).Select(i => $"<|{i}|>");
        var path = _sample.Folder.At("large.json");
        BpeTrainer.Train(["some text"], new BpeTrainerOptions { VocabularySize = 66_300, SpecialTokens = ["<|endoftext|>", .. special] }, cancellationToken: TestContext.Current.CancellationToken).Save(path);
        _sample.Write("a.jsonl", "the");
        var config = _sample.Config with { Tokenizer = new TokenizerConfig { NameOrPath = path } };
        SampleShards.Refused(() => SampleTokens.Run(config with { Dtype = TokenType.UInt16 }), "dtype: uint16 cannot hold");
        SampleTokens.Run(config);
        Assert.Equal(TokenType.UInt32, ShardManifest.Load(_sample.Folder.At("out", "part.shards.json")).Dtype);
    }
}
