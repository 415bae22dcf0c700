using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Xunit;

namespace OlmoSharp.Tokenization.Tests;

/// <summary>Added tokens that depend on what stands around them, and a space before the text, against ids recorded from version 0.22.2 of Hugging Face tokenizers.
/// The file is that of the GPT-2 pre-tokens with normalization form C and more added tokens.</summary>
public sealed class AddedTokenTests
{
    [Theory]
    [InlineData(BpeEncoderKind.Cached, false)]
    [InlineData(BpeEncoderKind.Cached, true)]
    [InlineData(BpeEncoderKind.Microsoft, false)]
    [InlineData(BpeEncoderKind.Microsoft, true)]
    [InlineData(BpeEncoderKind.Reference, false)]
    [InlineData(BpeEncoderKind.Reference, true)]
    public void Gives_the_recorded_ids(BpeEncoderKind kind, bool prefixSpace)
    {
        Tokenizer tokenizer = Load(prefixSpace, kind);
        int count = 0;
        foreach (JsonNode node in EmbeddedData.Lines("huggingface-added-ids.jsonl").Select(line => JsonNode.Parse(line)!))
        {
            if (node["prefix"]!.GetValue<bool>() == prefixSpace)
            {
                string text = node["text"]!.GetValue<string>();
                Assert.Equal((text, string.Join(' ', node["ids"]!.AsArray())), (text, string.Join(' ', tokenizer.EncodeWithSpecialTokens(text))));
                count++;
            }
        }
        Assert.True(count > 200);
    }

    [Fact]
    public void Text_without_added_tokens_comes_back_normalized_with_a_space_before_it()
    {
        Tokenizer tokenizer = Load(prefixSpace: true, BpeEncoderKind.Cached);
        string[] contents = [.. Tokens().Select(token => token!["content"]!.GetValue<string>())];
        RandomText.Valid.Where(text => !contents.Any(CanonicalNormalization.ToFormC(text).Contains)).Sample(text =>
        {
            string normalized = CanonicalNormalization.ToFormC(text);
            Assert.Equal(normalized.Length == 0 || normalized[0] == ' ' ? normalized : " " + normalized, tokenizer.Decode(tokenizer.Encode(text)));
        });
    }

    [Fact]
    public void White_space_goes_with_the_tokens_that_strip()
    {
        Tokenizer tokenizer = Load(prefixSpace: false, BpeEncoderKind.Cached);
        int left = Id("<left>");
        int right = Id("<right>");
        Assert.Equal([.. tokenizer.Encode("x"), left, .. tokenizer.Encode(" y")], tokenizer.Encode("x \n\u3000<left> y"));
        Assert.Equal([.. tokenizer.Encode("x "), right, .. tokenizer.Encode("y")], tokenizer.Encode("x <right> \n\u3000y"));
        // Of the white space between the two, the first takes all.
        Assert.Equal([right, left], tokenizer.Encode("<right> \n<left>"));

        static int Id(string content) => Tokens().Single(token => token!["content"]!.GetValue<string>() == content)!["id"]!.GetValue<int>();
    }

    private static JsonArray Tokens() => JsonNode.Parse(EmbeddedData.Bytes("huggingface-added-tokens.json"))!.AsArray();

    private static Tokenizer Load(bool prefixSpace, BpeEncoderKind kind)
    {
        JsonNode json = JsonNode.Parse(EmbeddedData.Bytes("huggingface-gpt2.json"))!;
        json["added_tokens"] = Tokens();
        json["pre_tokenizer"]!["add_prefix_space"] = prefixSpace;
        return TokenizerJsonReader.Read(Encoding.UTF8.GetBytes(json.ToJsonString()), "gpt2", kind);
    }
}
