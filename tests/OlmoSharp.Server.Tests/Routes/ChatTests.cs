using System.Text.Json;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Server.Tests.Serving;
using OlmoSharp.Tokenization;
using Xunit;

namespace OlmoSharp.Server.Tests.Routes;

/// <summary><c>/v1/chat/completions</c> against the generator alone and OpenAI's documented names.</summary>
public sealed class ChatTests(SampleModel sample) : IClassFixture<SampleModel>, IAsyncLifetime
{
    private const string Path = "/v1/chat/completions";

    private static readonly object[] Messages =
        [new { role = "system", content = "Be brief." }, new { role = "user", content = "Gets <|end|> the" }, new { role = "assistant", content = "list" }, new { role = "user", content = "元素" }];

    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(sample);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task An_answer_has_the_documented_members_and_the_generators_text()
    {
        var answer = await _server.PostAsync(Path, new { model = SampleModel.Name, messages = Messages, temperature = 0, max_completion_tokens = 20 });
        Assert.Equal(["object", "id", "created", "model", "choices", "usage", "system_fingerprint"], Names(answer));
        Assert.Equal("chat.completion", answer.GetProperty("object").GetString());
        Assert.StartsWith("chatcmpl-", answer.GetProperty("id").GetString(), StringComparison.Ordinal);
        var choice = Assert.Single(answer.GetProperty("choices").EnumerateArray());
        Assert.Equal(["index", "message", "logprobs", "finish_reason"], Names(choice));
        Assert.Equal(["content", "role", "refusal"], Names(choice.GetProperty("message")));
        var expected = Alone(20);
        Assert.Equal(expected.Text, choice.GetProperty("message").GetProperty("content").GetString());
        Assert.Equal(expected.Ids.Count, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Equal(PromptIds().Count, answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
    }

    [Fact]
    public async Task A_stream_begins_with_the_role_and_ends_with_the_reason()
    {
        var events = await _server.StreamAsync(Path, new
        {
            model = SampleModel.Name, messages = Messages, temperature = 0, max_tokens = 20, n = 2, stream = true, stream_options = new { include_usage = true }, logprobs = true,
        });
        Assert.All(events, item => Assert.Equal(["object", "id", "created", "model", "system_fingerprint", "choices", "usage"], Names(item)));
        Assert.All(events, item => Assert.Equal("chat.completion.chunk", item.GetProperty("object").GetString()));
        var expected = Alone(20);
        var pieces = events.SkipLast(1).Select(item => Assert.Single(item.GetProperty("choices").EnumerateArray())).GroupBy(choice => choice.GetProperty("index").GetInt32()).ToList();
        Assert.Equal(2, pieces.Count);
        foreach (var choice in pieces)
        {
            var deltas = choice.Select(piece => piece.GetProperty("delta")).ToList();
            Assert.Equal("assistant", deltas[0].GetProperty("role").GetString());
            Assert.Equal("", deltas[0].GetProperty("content").GetString());
            Assert.All(deltas.Skip(1), delta => Assert.False(delta.TryGetProperty("role", out _)));
            Assert.Empty(deltas[^1].EnumerateObject());
            Assert.Equal(expected.Text, string.Concat(deltas.SkipLast(1).Select(delta => delta.GetProperty("content").GetString())));
            Assert.Equal([.. Enumerable.Repeat((string?)null, deltas.Count - 1), expected.Finish == FinishReason.Stop ? "stop" : "length"], choice.Select(piece => piece.GetProperty("finish_reason").GetString()));
            var tokens = choice.Select(piece => piece.GetProperty("logprobs")).Where(list => list.ValueKind == JsonValueKind.Object).SelectMany(list => list.GetProperty("content").EnumerateArray());
            Assert.Equal(expected.Ids.SelectMany(id => SampleModel.Tokenizer.TokenBytes(id).ToArray()), tokens.SelectMany(token => token.GetProperty("bytes").EnumerateArray()).Select(value => value.GetByte()));
        }

        Assert.Equal(2 * expected.Ids.Count, events[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task Log_probabilities_come_with_bytes_and_alternatives()
    {
        var answer = await _server.PostAsync(Path, new { model = SampleModel.Name, messages = Messages, temperature = 0, max_tokens = 6, logprobs = true, top_logprobs = 3 });
        var logprobs = answer.GetProperty("choices")[0].GetProperty("logprobs");
        Assert.Equal(["content", "refusal"], Names(logprobs));
        var expected = sample.Alone(PromptIds(), Options(6) with { LogProbabilities = 3 });
        foreach (var (token, known) in logprobs.GetProperty("content").EnumerateArray().Zip(expected[0].LogProbabilities!))
        {
            Assert.Equal(["token", "logprob", "bytes", "top_logprobs"], Names(token));
            Assert.Equal(known.Chosen.LogProbability, token.GetProperty("logprob").GetDouble(), 12);
            Assert.Equal(known.Top.Select(top => SampleModel.Tokenizer.Decode([top.Id])), token.GetProperty("top_logprobs").EnumerateArray().Select(top => top.GetProperty("token").GetString()));
            Assert.Equal(known.Top.Select(top => Math.Round(top.LogProbability, 9)), token.GetProperty("top_logprobs").EnumerateArray().Select(top => Math.Round(top.GetProperty("logprob").GetDouble(), 9)));
            // At temperature 0 the most probable token is chosen.
            Assert.Equal(token.GetProperty("logprob").GetDouble(), token.GetProperty("top_logprobs")[0].GetProperty("logprob").GetDouble());
        }
    }

    [Theory]
    [InlineData("""{"type": "json_schema", "json_schema": {"name": "a", "strict": true, "schema": {"type": "object", "properties": {"ok": {"type": "boolean"}, "kind": {"enum": ["x", "y"]}}, "required": ["ok", "kind"], "additionalProperties": false}}}""")]
    [InlineData("""{"type": "json_object"}""")]
    public async Task Formats_hold_whatever_the_seed(string format)
    {
        var bound = 0;
        for (var seed = 0; seed < 8; seed++)
        {
            var answer = await _server.PostAsync(Path, $$"""
                {"model": "tiny", "messages": [{"role": "user", "content": "JSON"}], "max_tokens": 120, "seed": {{seed}}, "logit_bias": {"{{SampleModel.Tokenizer.Encode("}")[0]}}": 4}, "response_format": {{format}}}
                """);
            var choice = answer.GetProperty("choices")[0];
            if (choice.GetProperty("finish_reason").GetString() == "stop")
            {
                bound++;
                var value = JsonDocument.Parse(choice.GetProperty("message").GetProperty("content").GetString()!).RootElement;
                Assert.Equal(JsonValueKind.Object, value.ValueKind);
                Assert.True(format.Contains("json_object", StringComparison.Ordinal) || (value.GetProperty("ok").GetBoolean() is var _ && value.GetProperty("kind").GetString() is "x" or "y"));
            }
        }

        Assert.InRange(bound, 1, 8);
    }

    [Fact]
    public async Task A_grammar_holds()
    {
        var answer = await _server.PostAsync(Path, new { model = SampleModel.Name, messages = Messages, grammar = "root ::= \"yes\" | \"no\"", max_tokens = 9 });
        Assert.Contains(answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(), new[] { "yes", "no" });
    }

    [Fact]
    public async Task Without_a_chat_template_there_are_no_chats()
    {
        await using var server = await TestServer.StartAsync(sample, prepare: model => model with { ChatTemplate = null });
        var (_, error) = await server.FailAsync(Path, TestServer.Json(new { model = SampleModel.Name, messages = Messages }), System.Net.HttpStatusCode.BadRequest);
        Assert.Equal("no_chat_template", error.GetProperty("code").GetString());
        Assert.Contains("--chat-template", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_chat_template_refuses_is_told()
    {
        var template = Tokenization.ChatTemplates.ChatTemplate.Parse("{{ raise_exception('only one message') }}");
        await using var server = await TestServer.StartAsync(sample, prepare: model => model with { ChatTemplate = template });
        var (_, error) = await server.FailAsync(Path, TestServer.Json(new { model = SampleModel.Name, messages = Messages }), System.Net.HttpStatusCode.BadRequest);
        Assert.Equal("messages", error.GetProperty("param").GetString());
        Assert.Contains("only one message", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(member => member.Name)];

    /// <summary>What the documented format of turns makes of the messages; special tokens that are said are text.</summary>
    private static List<int> PromptIds()
    {
        List<int> ids = [];
        foreach (var (role, content) in new[] { ("system", "Be brief."), ("user", "Gets <|end|> the"), ("assistant", "list"), ("user", "元素") })
        {
            ids.Add(SampleModel.Tokenizer.SpecialTokens[$"<|{role}|>"]);
            SampleModel.Tokenizer.Encode($"\n{content}".AsSpan(), ids);
            ids.Add(SampleModel.Tokenizer.SpecialTokens[ChatTurnTokens.End]);
            SampleModel.Tokenizer.Encode("\n".AsSpan(), ids);
        }

        ids.Add(SampleModel.Tokenizer.SpecialTokens[ChatTurnTokens.Assistant]);
        SampleModel.Tokenizer.Encode("\n".AsSpan(), ids);
        return ids;
    }

    private static GenerationOptions Options(int tokens) => new()
    {
        MaximumTokens = tokens, Sampling = new() { Temperature = 0 }, StopIds = [SampleModel.Tokenizer.SpecialTokens[ChatTurnTokens.End]],
    };

    private GenerationResult Alone(int tokens) => sample.Alone(PromptIds(), Options(tokens))[0];
}
