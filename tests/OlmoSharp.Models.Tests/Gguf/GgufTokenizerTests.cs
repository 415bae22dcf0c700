using System.Text.Json;
using System.Text.Json.Nodes;
using OlmoSharp.Models.Gguf;
using Xunit;

namespace OlmoSharp.Models.Tests.Gguf;

/// <summary>How text is split and normalised, which GGUF only names.</summary>
public sealed class GgufTokenizerTests
{
    private const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private const string Gpt4o =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string ByteLevel = """{"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}""";

    [Theory]
    [InlineData(ByteLevel, """{"type": "NFC"}""", "olmo", Gpt2)]
    [InlineData("""{"type": "ByteLevel", "add_prefix_space": false}""", """{"type": "Sequence", "normalizers": [{"type": "NFC"}]}""", "olmo", Gpt2)]
    [InlineData(ByteLevel, "null", "gpt-2", Gpt2)]
    [InlineData("GPT-2", "null", "gpt-2", Gpt2)]
    [InlineData("GPT-4o", "null", "gpt-4o", Gpt4o)]
    public void A_splitting_goes_by_llama_cpps_name_and_comes_back(string preTokenizer, string normalizer, string name, string expression)
    {
        using var folder = new TemporaryFolder();
        Save(folder, preTokenizer switch { "GPT-2" => Split(Gpt2), "GPT-4o" => Split(Gpt4o), _ => preTokenizer }, normalizer);
        GgufExport.Write(folder.Path, folder["model.gguf"], GgufFileType.Parse("f16"));
        using (var file = GgufFile.Open(folder["model.gguf"]))
        {
            Assert.Equal(name, file.Metadata.Values["tokenizer.ggml.pre"]);
        }

        var (model, json) = GgufModel.Load(folder["model.gguf"]);
        model.Dispose();
        var read = JsonNode.Parse(json)!;
        Assert.Equal(expression, (string?)read["pre_tokenizer"]!["pretokenizers"]![0]!["pattern"]!["Regex"]);
        Assert.Equal(name == "olmo" ? "NFC" : null, (string?)read["normalizer"]?["type"]);
    }

    [Theory]
    [InlineData("""{"type": "ByteLevel", "add_prefix_space": true, "use_regex": true}""", "null")]
    [InlineData(ByteLevel, """{"type": "NFKC"}""")]
    [InlineData("GPT-4o", """{"type": "NFC"}""")]
    [InlineData("""{"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": true}, {"type": "ByteLevel", "add_prefix_space": false}]}""", "null")]
    [InlineData("""{"type": "Whitespace"}""", "null")]
    public void A_splitting_without_a_name_is_refused(string preTokenizer, string normalizer)
    {
        using var folder = new TemporaryFolder();
        Save(folder, preTokenizer == "GPT-4o" ? Split(Gpt4o) : preTokenizer, normalizer);
        var message = Assert.Throws<ModelException>(() => GgufExport.Write(folder.Path, folder["model.gguf"], GgufFileType.Parse("f16"))).Message;
        Assert.StartsWith(folder["tokenizer.json"], message, StringComparison.Ordinal);
        Assert.Contains("no name for", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Added_tokens_that_take_in_spaces_are_refused()
    {
        using var folder = new TemporaryFolder();
        Save(folder, ByteLevel, "null");
        File.WriteAllText(folder["tokenizer.json"], File.ReadAllText(folder["tokenizer.json"]).Replace("\"lstrip\":false", "\"lstrip\":true", StringComparison.Ordinal));
        Assert.Contains("strip spaces", Assert.Throws<ModelException>(() => GgufExport.Write(folder.Path, folder["model.gguf"], GgufFileType.Parse("f16"))).Message, StringComparison.Ordinal);
    }

    private static void Save(TemporaryFolder folder, string preTokenizer, string normalizer)
    {
        using var model = SampleModels.Random(GgufSamples.Config, 1);
        GgufSamples.Save(model, folder.Path);
        var json = JsonNode.Parse(File.ReadAllText(folder["tokenizer.json"]))!;
        json["pre_tokenizer"] = JsonNode.Parse(preTokenizer);
        json["normalizer"] = JsonNode.Parse(normalizer);
        File.WriteAllText(folder["tokenizer.json"], json.ToJsonString());
    }

    private static string Split(string expression)
        => $$"""
            {"type": "Sequence", "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": {{JsonSerializer.Serialize(expression)}}}, "behavior": "Removed", "invert": true},
                {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}
            """;
}
