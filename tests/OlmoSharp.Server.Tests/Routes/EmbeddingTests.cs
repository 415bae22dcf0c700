using System.Runtime.InteropServices;
using System.Text.Json;
using OlmoSharp.Server.Tests.Serving;
using Xunit;

namespace OlmoSharp.Server.Tests.Routes;

/// <summary><c>/v1/embeddings</c> against the hidden states of the model's training forward pass.</summary>
public sealed class EmbeddingTests(SampleModel sample) : IClassFixture<SampleModel>, IAsyncLifetime
{
    private const string Path = "/v1/embeddings";

    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(sample);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Numbers_and_base64_are_the_mean_of_the_models_hidden_states()
    {
        string[] texts = ["Gets the number", "元素", "a"];
        var numbers = await _server.PostAsync(Path, new { model = SampleModel.Name, input = texts });
        Assert.Equal(["data", "model", "usage", "object"], Names(numbers));
        Assert.Equal("list", numbers.GetProperty("object").GetString());
        var base64 = await _server.PostAsync(Path, new { model = SampleModel.Name, input = texts, encoding_format = "base64" });
        for (var i = 0; i < texts.Length; i++)
        {
            var item = numbers.GetProperty("data")[i];
            Assert.Equal(["index", "embedding", "object"], Names(item));
            Assert.Equal(i, item.GetProperty("index").GetInt32());
            var vector = item.GetProperty("embedding").EnumerateArray().Select(number => number.GetSingle()).ToArray();
            Assert.Equal(1, vector.Sum(x => (double)x * x), 5);
            Assert.Equal(vector, MemoryMarshal.Cast<byte, float>(base64.GetProperty("data")[i].GetProperty("embedding").GetBytesFromBase64()).ToArray());
            var expected = sample.MeanHiddenState([SampleModel.Tokenizer.EndOfTextId, .. SampleModel.Tokenizer.Encode(texts[i])]);
            Assert.All(vector.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 4));
        }

        var tokens = texts.Sum(text => 1 + SampleModel.Tokenizer.Encode(text).Length);
        Assert.Equal((tokens, tokens), (numbers.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), numbers.GetProperty("usage").GetProperty("total_tokens").GetInt32()));
    }

    [Fact]
    public async Task Ids_are_taken_as_they_are()
    {
        int[] ids = [SampleModel.Tokenizer.EndOfTextId, .. SampleModel.Tokenizer.Encode("the list")];
        var text = await _server.PostAsync(Path, new { model = SampleModel.Name, input = "the list" });
        var one = await _server.PostAsync(Path, new { model = SampleModel.Name, input = ids, dimensions = 32 });
        var two = await _server.PostAsync(Path, new { model = SampleModel.Name, input = new[] { ids, ids } });
        Assert.Equal(text.GetProperty("data")[0].GetProperty("embedding").GetRawText(), one.GetProperty("data")[0].GetProperty("embedding").GetRawText());
        Assert.Equal(text.GetProperty("data")[0].GetProperty("embedding").GetRawText(), two.GetProperty("data")[1].GetProperty("embedding").GetRawText());
    }

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(member => member.Name)];
}
