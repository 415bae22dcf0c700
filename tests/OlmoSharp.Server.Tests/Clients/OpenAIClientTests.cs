using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OlmoSharp.Server.Tests.Serving;
using OlmoSharp.Tokenization;
using OpenAI;
using OpenAI.Chat;
using Xunit;

namespace OlmoSharp.Server.Tests.Clients;

/// <summary>The official client of OpenAI for .NET, and Microsoft.Extensions.AI over it.</summary>
public sealed class OpenAIClientTests(SampleModel sample) : IClassFixture<SampleModel>, IAsyncLifetime
{
    private const string Key = "sk-test";
    private const string Question = "Gets the number";

    private TestServer _server = null!;
    private OpenAIClient _client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(sample, options => options with { ApiKeys = [Key] });
        _client = Client(Key);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_chat_is_answered_whole_and_in_pieces()
    {
        var chat = _client.GetChatClient(SampleModel.Name);
        var options = new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 16, IncludeLogProbabilities = true, TopLogProbabilityCount = 2 };
        ChatCompletion whole = await chat.CompleteChatAsync([new UserChatMessage(Question)], options, Cancellation);
        var expected = Expected(16);
        Assert.Equal(expected, whole.Content[0].Text);
        Assert.Equal(ChatMessageRole.Assistant, whole.Role);
        Assert.Equal(whole.Usage.OutputTokenCount, whole.ContentTokenLogProbabilities.Count);
        Assert.Equal(2, whole.ContentTokenLogProbabilities[0].TopLogProbabilities.Count);
        Assert.Equal(whole.Usage.TotalTokenCount, whole.Usage.InputTokenCount + whole.Usage.OutputTokenCount);
        Assert.StartsWith("fp_", whole.SystemFingerprint, StringComparison.Ordinal);

        var text = "";
        OpenAI.Chat.ChatFinishReason? finish = null;
        ChatTokenUsage? usage = null;
        await foreach (var update in chat.CompleteChatStreamingAsync([new UserChatMessage(Question)], options, Cancellation))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            finish = update.FinishReason ?? finish;
            usage = update.Usage ?? usage;
        }

        Assert.Equal(expected, text);
        Assert.Equal(whole.FinishReason, finish);
        Assert.Equal(whole.Usage.TotalTokenCount, usage?.TotalTokenCount);
        Assert.InRange(usage!.InputTokenDetails.CachedTokenCount, 1, usage.InputTokenCount);
    }

    [Fact]
    public async Task Structured_outputs_fit_their_schema()
    {
        var schema = BinaryData.FromString("""{"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"], "additionalProperties": false}""");
        ChatCompletion completion = await _client.GetChatClient(SampleModel.Name).CompleteChatAsync(
            [new SystemChatMessage("Answer in JSON."), new UserChatMessage(ChatMessageContentPart.CreateTextPart(Question))],
            new ChatCompletionOptions { ResponseFormat = OpenAI.Chat.ChatResponseFormat.CreateJsonSchemaFormat("answer", schema, jsonSchemaIsStrict: true), MaxOutputTokenCount = 64 },
            Cancellation);
        Assert.Contains(System.Text.Json.JsonDocument.Parse(completion.Content[0].Text).RootElement.GetProperty("ok").ValueKind, new[] { System.Text.Json.JsonValueKind.True, System.Text.Json.JsonValueKind.False });
    }

    [Fact]
    public async Task Models_are_listed_and_embeddings_made()
    {
        var models = (await _client.GetOpenAIModelClient().GetModelsAsync(Cancellation)).Value;
        Assert.Equal((SampleModel.Name, "olmosharp"), (models.Single().Id, models.Single().OwnedBy));
        Assert.Equal(SampleModel.Name, (await _client.GetOpenAIModelClient().GetModelAsync(SampleModel.Name, Cancellation)).Value.Id);
        // This client asks for base64.
        var embeddings = (await _client.GetEmbeddingClient(SampleModel.Name).GenerateEmbeddingsAsync(["a", Question], cancellationToken: Cancellation)).Value;
        var expected = sample.MeanHiddenState([SampleModel.Tokenizer.EndOfTextId, .. SampleModel.Tokenizer.Encode(Question)]);
        Assert.All(embeddings[1].ToFloats().ToArray().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 4));
        Assert.Equal(embeddings.Usage.InputTokenCount, embeddings.Usage.TotalTokenCount);
    }

    [Fact]
    public async Task Errors_are_understood()
    {
        await Fails(401, "invalid_api_key", () => Client("sk-wrong").GetChatClient(SampleModel.Name).CompleteChatAsync([new UserChatMessage("a")], cancellationToken: Cancellation));
        await Fails(404, "model_not_found", () => _client.GetChatClient("gpt-4").CompleteChatAsync([new UserChatMessage("a")], cancellationToken: Cancellation));
        await Fails(400, "decimal_above_max_value", () => _client.GetChatClient(SampleModel.Name).CompleteChatAsync([new UserChatMessage("a")], new() { Temperature = 9 }, Cancellation));
        await Fails(400, "context_length_exceeded", () => _client.GetChatClient(SampleModel.Name).CompleteChatAsync([new UserChatMessage(new string('7', 5 * SampleModel.Context))], cancellationToken: Cancellation));
        await Fails(400, "unsupported_parameter", () => _client.GetChatClient(SampleModel.Name).CompleteChatAsync([new UserChatMessage("a")], new() { Tools = { ChatTool.CreateFunctionTool("f") } }, Cancellation));

        static async Task Fails(int status, string code, Func<Task> call)
        {
            var exception = await Assert.ThrowsAsync<ClientResultException>(call);
            Assert.Equal(status, exception.Status);
            Assert.Contains(code, exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Microsoft_Extensions_AI_runs_over_it()
    {
        using var chat = _client.GetChatClient(SampleModel.Name).AsIChatClient();
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = 16 };
        var response = await chat.GetResponseAsync(Question, options, Cancellation);
        Assert.Equal(Expected(16), response.Text);
        Assert.Equal(response.Usage!.TotalTokenCount, response.Usage.InputTokenCount + response.Usage.OutputTokenCount);
        var text = "";
        await foreach (var update in chat.GetStreamingResponseAsync(Question, options, Cancellation))
        {
            text += update.Text;
        }

        Assert.Equal(response.Text, text);
        var structured = await chat.GetResponseAsync<Verdict>(Question, new ChatOptions { MaxOutputTokens = 100 }, cancellationToken: Cancellation);
        Assert.True(structured.TryGetResult(out _), structured.Text);

        using var generator = _client.GetEmbeddingClient(SampleModel.Name).AsIEmbeddingGenerator();
        var embeddings = await generator.GenerateAsync(["a", "b"], cancellationToken: Cancellation);
        Assert.Equal([32, 32], embeddings.Select(embedding => embedding.Vector.Length));
    }

    private OpenAIClient Client(string key) =>
        new(new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = new(_server.Server.Address, "/v1"), RetryPolicy = new ClientRetryPolicy(0) });

    /// <summary>The answer to the question as the documented format of turns puts it.</summary>
    private string Expected(int tokens)
    {
        var prompt = SampleModel.Tokenizer.EncodeWithSpecialTokens($"<|user|>\n{Question}<|end|>\n<|assistant|>\n");
        return sample.Alone(prompt, new() { MaximumTokens = tokens, Sampling = new() { Temperature = 0 }, StopIds = [SampleModel.Tokenizer.SpecialTokens[ChatTurnTokens.End]] })[0].Text;
    }

    private sealed record Verdict(bool Ok);
}
