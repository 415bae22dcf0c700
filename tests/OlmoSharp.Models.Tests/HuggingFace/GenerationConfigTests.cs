using OlmoSharp.Models.HuggingFace;
using Xunit;

namespace OlmoSharp.Models.Tests.HuggingFace;

public sealed class GenerationConfigTests
{
    [Theory]
    [InlineData("""{"eos_token_id": 100257, "pad_token_id": 100277, "transformers_version": "4.47.0", "temperature": 0.6}""", new[] { 100_257 })]
    [InlineData("""{"eos_token_id": [100265, 100257]}""", new[] { 100_265, 100_257 })]
    [InlineData("""{"eos_token_id": null}""", new int[0])]
    [InlineData("{}", new int[0])]
    [InlineData(null, new int[0])]
    public void Ends_are_read_in_either_form(string? text, int[] expected)
    {
        using var folder = new TemporaryFolder();
        if (text is not null)
        {
            File.WriteAllText(folder["generation_config.json"], text);
        }

        Assert.Equal(expected, GenerationConfig.Read(folder.Path).EndIds);
    }

    [Theory]
    [InlineData("""{"eos_token_id": "eos"}""", "'eos_token_id' holds \"eos\"")]
    [InlineData("""{"eos_token_id": [1, -2]}""", "'eos_token_id' holds -2")]
    [InlineData("""{"eos_token_id": [null]}""", "'eos_token_id' holds null")]
    [InlineData("[]", "is not a JSON object")]
    [InlineData("{", "cannot be read")]
    public void Anything_else_is_an_error(string text, string reason)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["generation_config.json"], text);
        var message = Assert.Throws<ModelException>(() => GenerationConfig.Read(folder.Path)).Message;
        Assert.StartsWith(folder["generation_config.json"], message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }
}
