using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Xunit;

namespace OlmoSharp.Tokenization.Tests;

public sealed class TokenizerFileTests
{
    [Fact]
    public void Saving_and_loading_keeps_every_byte_and_every_id()
    {
        using TemporaryFolder folder = new();
        Tokenizer trained = SmallTokenizer.Load();
        string file = folder.File("tokenizer.json");
        trained.Save(file);
        byte[] saved = File.ReadAllBytes(file);
        Tokenizer loaded = Tokenizer.Load(folder.Path);
        loaded.Save(file);
        Assert.Equal(saved, File.ReadAllBytes(file));
        Assert.Equal(Convert.ToHexString(SHA256.HashData(saved)).ToLowerInvariant(), trained.Sha256);
        Assert.Equal(trained.Sha256, loaded.Sha256);
        Assert.Equal(trained.SpecialTokens, loaded.SpecialTokens);
        RandomText.Valid.Sample(text => Assert.Equal(trained.EncodeWithSpecialTokens(text), loaded.EncodeWithSpecialTokens(text)), iter: 100);
        Assert.Equal(["tokenizer.json"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_file_that_cannot_be_written_leaves_nothing_behind()
    {
        using TemporaryFolder folder = new();
        string missing = folder.File("missing/tokenizer.json");
        Assert.Contains(missing, Assert.Throws<TokenizerException>(() => SmallTokenizer.Load().Save(missing)).Message, StringComparison.Ordinal);

        string taken = Directory.CreateDirectory(folder.File("taken")).FullName;
        Assert.Throws<TokenizerException>(() => SmallTokenizer.Load().Save(taken));
        Assert.Equal([taken], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void The_config_names_the_special_tokens_and_writes_a_chat_template()
    {
        using TemporaryFolder folder = new();
        Tokenizer tokenizer = SmallTokenizer.Load();
        tokenizer.SaveConfig(folder.File("tokenizer_config.json"), maximumLength: 512);
        JsonNode config = JsonNode.Parse(File.ReadAllText(folder.File("tokenizer_config.json")))!;
        Assert.Equal("<|endoftext|>", config["eos_token"]!.GetValue<string>());
        Assert.Equal("<|pad|>", config["pad_token"]!.GetValue<string>());
        Assert.Equal(512, config["model_max_length"]!.GetValue<int>());
        Assert.Equal(tokenizer.SpecialTokens.Count, config["added_tokens_decoder"]!.AsObject().Count);
        Assert.Contains("<|end|>", config["chat_template"]!.GetValue<string>(), StringComparison.Ordinal);

        BpeTrainer.Train(["text"], new BpeTrainerOptions { SpecialTokens = ["<|endoftext|>", "<|pad|>"] }).SaveConfig(folder.File("plain.json"));
        JsonObject plain = JsonNode.Parse(File.ReadAllText(folder.File("plain.json")))!.AsObject();
        Assert.False(plain.ContainsKey("chat_template"));
        Assert.False(plain.ContainsKey("model_max_length"));
    }

    [Fact]
    public void A_missing_special_token_is_told_when_it_is_asked_for()
    {
        Tokenizer tokenizer = BpeTrainer.Train(["text"], new BpeTrainerOptions { SpecialTokens = [] });
        Assert.Contains("<|endoftext|>", Assert.Throws<TokenizerException>(() => tokenizer.EndOfTextId).Message, StringComparison.Ordinal);
        Assert.Contains("<|pad|> or <|padding|>", Assert.Throws<TokenizerException>(() => tokenizer.PaddingId).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        using TemporaryFolder folder = new();
        TokenizerException exception = Assert.Throws<TokenizerException>(() => Tokenizer.Load(folder.Path));
        Assert.Equal(folder.File("tokenizer.json"), exception.File);
        Assert.Contains("no such file", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Merges_may_be_pairs_and_the_split_may_keep_or_remove()
    {
        Tokenizer expected = SmallTokenizer.Load();
        Tokenizer loaded = Load(json =>
        {
            json["model"]!["merges"] = new JsonArray([.. json["model"]!["merges"]!.AsArray().Select(merge =>
                new JsonArray([.. merge!.GetValue<string>().Split(' ').Select(token => (JsonNode)token)]))]);
            JsonNode split = json["pre_tokenizer"]!["pretokenizers"]![0]!;
            split["behavior"] = "Removed";
            split["invert"] = true;
        });
        RandomText.Any.Sample(text => Assert.Equal(expected.Encode(text), loaded.Encode(text)), iter: 200);
    }

    [Fact]
    public void Whole_tokens_may_go_before_merges()
    {
        void Change(JsonNode json)
        {
            json["model"]!["ignore_merges"] = true;
            json["model"]!["vocab"]!["zqx"] = 600;
        }

        Tokenizer loaded = Load(Change);
        Assert.Equal([600, .. SmallTokenizer.Load().Encode(" zqx")], loaded.Encode("zqx zqx"));
        TokenizerException exception = Assert.Throws<TokenizerException>(() => Load(Change, BpeEncoderKind.Microsoft));
        Assert.Equal("$.model.ignore_merges", exception.JsonPath);
    }

    public static TheoryData<string, string, string> Faults => new()
    {
        { "remove $.model", "$.model", "an object was expected|missing" },
        { "remove $.model.vocab", "$.model.vocab", "missing" },
        { "remove $.model.merges", "$.model.merges", "missing" },
        { "remove $.pre_tokenizer", "$.pre_tokenizer", "missing" },
        { "remove $.decoder", "$.decoder", "missing" },
        { "set $.model.type \"Unigram\"", "$.model.type", "Unigram" },
        { "set $.model.dropout 0.1", "$.model.dropout", "random" },
        { "set $.model.byte_fallback true", "$.model.byte_fallback", "bytes" },
        { "set $.model.end_of_word_suffix \"</w>\"", "$.model.end_of_word_suffix", "words" },
        { "set $.model.vocab.a \"x\"", "$.model.vocab.a", "whole number" },
        { "set $.model.vocab.a 1.5", "$.model.vocab.a", "whole number" },
        { "set $.model.vocab.a -1", "$.model.vocab.a", "negative" },
        { "set $.model.vocab.a 98", "$.model.vocab", "98" },
        { "set $.model.vocab.a 1000000000", "$.model.vocab", "largest id" },
        { "remove $.model.vocab.a", "$.model", "in the vocabulary|has no token" },
        { "set $.model.vocab.漢 600", "$.model.vocab[\"漢\"]", "stand for bytes" },
        { "set $.model.merges[3] \"a b c\"", "$.model.merges[3]", "two tokens, not 3" },
        { "set $.model.merges[3] 7", "$.model.merges[3]", "a string" },
        { "set $.model.merges[3] \"z q\"", "$.model.merges[3]", "zq is not in the vocabulary" },
        { "set $.normalizer {\"type\":\"NFKC\"}", "$.normalizer.type", "NFKC" },
        { "set $.normalizer {\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"NFC\"},{\"type\":\"Lowercase\"}]}", "$.normalizer.normalizers[1].type", "Lowercase" },
        { "set $.pre_tokenizer {\"type\":\"Metaspace\"}", "$.pre_tokenizer.type", "Metaspace" },
        { "set $.pre_tokenizer.pretokenizers[0].pattern.Regex \"x\"", "$.pre_tokenizer.pretokenizers[0].pattern.Regex", "GPT-4" },
        { "set $.pre_tokenizer.pretokenizers[0].behavior \"MergedWithNext\"", "$.pre_tokenizer.pretokenizers[0].behavior", "MergedWithNext" },
        { "set $.pre_tokenizer.pretokenizers[1].add_prefix_space true", "$.pre_tokenizer.pretokenizers[1].add_prefix_space", "every pre-token" },
        { "set $.pre_tokenizer.pretokenizers[1].use_regex true", "$.pre_tokenizer.pretokenizers[1].use_regex", "two expressions" },
        { "set $.pre_tokenizer.pretokenizers []", "$.pre_tokenizer", "split the text" },
        { "set $.post_processor {\"type\":\"BertProcessing\"}", "$.post_processor.type", "BertProcessing" },
        { "set $.post_processor {\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":\"x\"}}]}", "$.post_processor.single[0]", "every text" },
        { "set $.decoder {\"type\":\"WordPiece\"}", "$.decoder.type", "WordPiece" },
        { "set $.added_tokens 3", "$.added_tokens", "array" },
        { "set $.added_tokens[1].id 594", "$.added_tokens[1].id", "594" },
        { "set $.added_tokens[0].id 5", "$", "5" },
        { "set $.added_tokens[0].content \"<|pad|>\"", "$.added_tokens[1].content", "repetition" },
        { "set $.added_tokens[0].lstrip 1", "$.added_tokens[0].lstrip", "true or false" },
        { "set $.added_tokens[0] {\"id\":2147483647,\"content\":\"<|x|>\",\"special\":true,\"normalized\":false}", "$.model.vocab", "largest id" },
        { "set $ []", "$", "an object" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_told_with_file_place_and_reason(string change, string place, string reason)
    {
        string[] words = change.Split(' ', 3);
        TokenizerException exception = Assert.Throws<TokenizerException>(() => Load(json => Change(json, words[1], words.Length > 2 ? words[2] : null)));
        Assert.StartsWith("some/tokenizer.json: $", exception.Message, StringComparison.Ordinal);
        Assert.StartsWith(place, exception.JsonPath, StringComparison.Ordinal);
        Assert.Contains(reason.Split('|'), part => exception.Message.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_cut_short_is_refused_wherever_it_is_cut() => Gen.Int[0, SmallTokenizer.Json.Length - 3].Sample(length =>
    {
        TokenizerException exception = Assert.Throws<TokenizerException>(() =>
            TokenizerJsonReader.Read(SmallTokenizer.Json[..length], "some/tokenizer.json", BpeEncoderKind.Cached));
        Assert.StartsWith("some/tokenizer.json: line ", exception.Message, StringComparison.Ordinal);
    });

    private static Tokenizer Load(Action<JsonNode> change, BpeEncoderKind kind = BpeEncoderKind.Cached)
    {
        JsonObject holder = new() { ["$"] = JsonNode.Parse(SmallTokenizer.Json) };
        change(holder["$"]!);
        return TokenizerJsonReader.Read(Encoding.UTF8.GetBytes(holder["$"]!.ToJsonString()), "some/tokenizer.json", kind);
    }

    /// <summary>Sets or removes the value at a path such as <c>$.a[1].b</c>.</summary>
    private static void Change(JsonNode root, string path, string? value)
    {
        JsonNode? parsed = value is null ? null : JsonNode.Parse(value);
        string[] steps = path.Replace("[", ".[", StringComparison.Ordinal).Split('.')[1..];
        if (steps.Length == 0)
        {
            root.ReplaceWith(parsed);
            return;
        }
        JsonNode node = root;
        foreach (string step in steps[..^1])
        {
            node = step.StartsWith('[') ? node[int.Parse(step[1..^1], null)]! : node[step]!;
        }
        string last = steps[^1];
        if (value is null)
        {
            node.AsObject().Remove(last);
        }
        else if (last.StartsWith('['))
        {
            node[int.Parse(last[1..^1], null)] = parsed;
        }
        else
        {
            node[last] = parsed;
        }
    }
}
