using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using OlmoSharp.Fuzzing;
using Xunit;

namespace OlmoSharp.Tokenization.Tests;

public sealed class TokenizerJsonFuzzTests
{
    private const string Text = " I'll see  2345 été e\u0301 \U0001F600\uFFFD<|endoftext|>\r\n\n word";

    [Fact]
    public void A_damaged_tokenizer_json_is_sound_or_refused()
    {
        byte[][] originals = [SmallTokenizer.Json, EmbeddedData.Bytes("huggingface-gpt2.json"), WithAddedTokens()];
        FuzzRun.Load(
            "tokenizer.json",
            Gen.Select(Gen.OneOf(originals), Mutation.Few, (json, mutations) => mutations.Aggregate(json, JsonMutation.Apply)),
            json =>
            {
                Tokenizer tokenizer;
                try
                {
                    tokenizer = TokenizerJsonReader.Read(json, "some/tokenizer.json", BpeEncoderKind.Cached);
                }
                catch (TokenizerException exception)
                {
                    Assert.StartsWith("some/tokenizer.json: ", exception.Message, StringComparison.Ordinal);
                    return false;
                }
                foreach (int id in tokenizer.EncodeWithSpecialTokens(Text))
                {
                    Assert.InRange(id, 0, tokenizer.VocabularySize - 1);
                }
                tokenizer.Decode(tokenizer.Encode(Text));
                return true;
            });
    }

    // Found by 100,000 damaged files: a name of which only a part can be text.
    [Fact]
    public void A_name_with_a_lone_surrogate_is_refused()
    {
        byte[] json = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(SmallTokenizer.Json).TrimEnd()[..^1] + ", \"mode\\uDDED\": 1}");
        string message = Assert.Throws<TokenizerException>(() => TokenizerJsonReader.Read(json, "some/tokenizer.json", BpeEncoderKind.Cached)).Message;
        Assert.StartsWith("some/tokenizer.json: ", message, StringComparison.Ordinal);
        Assert.Contains("lone surrogate", message, StringComparison.Ordinal);
    }

    private static byte[] WithAddedTokens()
    {
        JsonNode json = JsonNode.Parse(EmbeddedData.Bytes("huggingface-gpt2.json"))!;
        json["added_tokens"] = JsonNode.Parse(EmbeddedData.Bytes("huggingface-added-tokens.json"));
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }
}
