using System.Text.Json.Nodes;
using Xunit;

namespace OlmoSharp.Tokenization.Tests;

/// <summary>Ids recorded from version 0.22.2 of Hugging Face tokenizers for two files of this format: pre-tokens of GPT-4 with merges as pairs, and pre-tokens of
/// GPT-2 with normalization form C and added tokens that are not special.</summary>
public sealed class HuggingFaceTests
{
    [Theory]
    [InlineData("cl100k", BpeEncoderKind.Cached)]
    [InlineData("cl100k", BpeEncoderKind.Microsoft)]
    [InlineData("cl100k", BpeEncoderKind.Reference)]
    [InlineData("gpt2", BpeEncoderKind.Cached)]
    [InlineData("gpt2", BpeEncoderKind.Microsoft)]
    [InlineData("gpt2", BpeEncoderKind.Reference)]
    public void Gives_the_recorded_ids(string name, BpeEncoderKind kind)
    {
        Tokenizer tokenizer = TokenizerJsonReader.Read(EmbeddedData.Bytes($"huggingface-{name}.json"), name, kind);
        JsonNode[] cases = [.. EmbeddedData.Lines("huggingface-ids.jsonl").Select(line => JsonNode.Parse(line)!).Where(node => node["tokenizer"]!.GetValue<string>() == name)];
        Assert.True(cases.Length > 400);
        foreach (JsonNode node in cases)
        {
            string text = node["text"]!.GetValue<string>();
            Assert.Equal(node["ids"]!.AsArray().Select(id => id!.GetValue<int>()), tokenizer.EncodeWithSpecialTokens(text));
        }
    }

    [Fact]
    public void Added_tokens_that_are_not_special_are_found_in_ordinary_text()
    {
        Tokenizer tokenizer = TokenizerJsonReader.Read(EmbeddedData.Bytes("huggingface-gpt2.json"), "gpt2", BpeEncoderKind.Cached);
        Assert.Equal(904, tokenizer.VocabularySize);
        // Found after normalization, which joins the letter and its accent.
        Assert.Equal([903, 902], tokenizer.Encode("cafe\u0301s|||PHONE_NUMBER|||"));
        Assert.False(tokenizer.IsSpecial(903));
        Assert.Equal("cafés", tokenizer.Decode([903], skipSpecialTokens: true));
        Assert.DoesNotContain(tokenizer.EndOfTextId, tokenizer.Encode("<|endoftext|>"));
    }
}
