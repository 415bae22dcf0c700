using OlmoSharp.Server.Tests.Serving;
using Xunit;

namespace OlmoSharp.Server.Tests.Routes;

/// <summary><c>/tokenize</c> and <c>/detokenize</c>.</summary>
public sealed class TokenTests(SampleModel sample) : IClassFixture<SampleModel>, IAsyncLifetime
{
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(sample);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("Gets the number of elements.")]
    [InlineData("元素 😀 <|end|>")]
    [InlineData("")]
    public async Task Text_comes_back(string text)
    {
        var tokens = await _server.PostAsync("/tokenize", new { prompt = text, add_special_tokens = false, return_token_strs = true });
        int[] ids = [.. tokens.GetProperty("tokens").EnumerateArray().Select(id => id.GetInt32())];
        Assert.Equal(SampleModel.Tokenizer.Encode(text), ids);
        Assert.Equal(ids.Length, tokens.GetProperty("count").GetInt32());
        Assert.Equal(ids.Length, tokens.GetProperty("token_strs").GetArrayLength());
        Assert.Equal(SampleModel.Context, tokens.GetProperty("max_model_len").GetInt32());
        Assert.Equal(text, (await _server.PostAsync("/detokenize", new { tokens = ids })).GetProperty("prompt").GetString());
    }

    [Fact]
    public async Task A_prompt_has_the_tokens_that_a_completion_counts()
    {
        var tokens = await _server.PostAsync("/tokenize", new { model = SampleModel.Name, prompt = "the list" });
        Assert.Equal(SampleModel.Tokenizer.EndOfTextId, tokens.GetProperty("tokens")[0].GetInt32());
        Assert.Equal("<|endoftext|>the list", (await _server.PostAsync("/detokenize", new { tokens = tokens.GetProperty("tokens") })).GetProperty("prompt").GetString());
        var completion = await _server.PostAsync("/v1/completions", new { model = SampleModel.Name, prompt = "the list", max_tokens = 1 });
        Assert.Equal(completion.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), tokens.GetProperty("count").GetInt32());

        var messages = new[] { new { role = "user", content = "the list" } };
        var chat = await _server.PostAsync("/v1/chat/completions", new { model = SampleModel.Name, messages, max_tokens = 1 });
        Assert.Equal(chat.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), (await _server.PostAsync("/tokenize", new { messages })).GetProperty("count").GetInt32());
    }
}
