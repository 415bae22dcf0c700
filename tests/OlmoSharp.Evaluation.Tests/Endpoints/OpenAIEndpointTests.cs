using System.Text.Json;
using OlmoSharp.Evaluation.Endpoints;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Endpoints;

public class OpenAIEndpointTests
{
    private const string Completion = """{"choices": [{"text": " Paris", "finish_reason": "stop"}], "usage": {"prompt_tokens": 5, "completion_tokens": 1}}""";
    private const string Chat = """{"choices": [{"message": {"role": "assistant", "content": "Hi"}, "finish_reason": "length"}]}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_text_is_continued()
    {
        using var service = new MadeService((_, _) => new(200, Completion));
        using var endpoint = Endpoint(service, key: "secret");
        var text = await endpoint.CompleteAsync("The capital is", new() { MaximumTokens = 7, Stop = ["\n"], Seed = 3 }, Cancellation);
        Assert.Equal(new(" Paris", "stop", null, 5, 1), text);
        Assert.True(service.Requests.TryDequeue(out var request));
        Assert.Equal("/v1/completions", request.Path);
        Assert.Contains("Authorization: Bearer secret", request.Head, StringComparison.Ordinal);
        using var body = JsonDocument.Parse(request.Body);
        var root = body.RootElement;
        Assert.Equal(("m", "The capital is", 7, 0.0, 3), (root.GetProperty("model").GetString(), root.GetProperty("prompt").GetString(), root.GetProperty("max_tokens").GetInt32(), root.GetProperty("temperature").GetDouble(), root.GetProperty("seed").GetInt32()));
        Assert.Equal("\n", root.GetProperty("stop")[0].GetString());
        Assert.False(root.TryGetProperty("logprobs", out _));
    }

    [Fact]
    public async Task A_chat_is_answered()
    {
        using var service = new MadeService((_, _) => new(200, Chat));
        using var endpoint = Endpoint(service);
        Assert.Equal(new("Hi", "length", null, null, null), await endpoint.ChatAsync([new("user", "Hello «you»")], new() { MaximumTokens = 7 }, Cancellation));
        Assert.True(service.Requests.TryDequeue(out var request));
        Assert.Equal("/v1/chat/completions", request.Path);
        using var body = JsonDocument.Parse(request.Body);
        Assert.Equal("Hello «you»", body.RootElement.GetProperty("messages")[0].GetProperty("content").GetString());
        Assert.DoesNotContain("Authorization", request.Head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_probabilities_are_read_in_both_forms()
    {
        using var service = new MadeService((path, _) => new(200, path.Contains("chat", StringComparison.Ordinal)
            ? """{"choices": [{"message": {"content": "a"}, "logprobs": {"content": [{"token": "a", "logprob": -0.5, "top_logprobs": [{"token": "a", "logprob": -0.5}, {"token": "b", "logprob": -1.5}]}]}}]}"""
            : """{"choices": [{"text": "xa", "logprobs": {"tokens": ["x", "a"], "token_logprobs": [null, -0.5], "top_logprobs": [null, {"a": -0.5, "b": -1.5}]}}]}"""));
        using var endpoint = Endpoint(service);
        var chat = Assert.Single((await endpoint.ChatAsync([new("user", "x")], new() { MaximumTokens = 1, LogProbabilities = 2 }, Cancellation)).Tokens!);
        Assert.Equal(("a", -0.5, -1.5), (chat.Text, chat.LogProbability, chat.Top["b"]));
        var tokens = (await endpoint.CompleteAsync("x", new() { MaximumTokens = 1, LogProbabilities = 2, Echo = true }, Cancellation)).Tokens!;
        Assert.Equal(["x ", "a -0.5"], tokens.Select(token => FormattableString.Invariant($"{token.Text} {token.LogProbability}")));
        Assert.Equal((0, -1.5), (tokens[0].Top.Count, tokens[1].Top["b"]));
    }

    [Fact]
    public async Task What_may_pass_is_tried_again()
    {
        MadeService.Reply?[] replies = [null, new(429, "slow down", "Retry-After: 0"), new(503, "{}"), new(200, Completion, Missing: 10), new(200, Completion)];
        var next = 0;
        using var service = new MadeService((_, _) => replies[Interlocked.Increment(ref next) - 1]);
        using var endpoint = Endpoint(service);
        Assert.Equal(" Paris", (await endpoint.CompleteAsync("x", new() { MaximumTokens = 1 }, Cancellation)).Text);
        Assert.Equal(5, next);
    }

    [Fact]
    public async Task What_does_not_pass_is_an_error_with_the_reason()
    {
        using var service = new MadeService((_, _) => new(429, """{"error": {"message": "too many\nrequests"}}"""));
        using var endpoint = Endpoint(service);
        var error = await Assert.ThrowsAsync<EndpointException>(() => endpoint.CompleteAsync("x", new() { MaximumTokens = 1 }, Cancellation));
        Assert.Contains("429", error.Message, StringComparison.Ordinal);
        Assert.Contains("too many requests (6 attempts)", error.Message, StringComparison.Ordinal);
        Assert.Equal(6, service.Requests.Count);
    }

    [Theory]
    [InlineData(401, """{"error": {"message": "no such key"}}""", "no such key")]
    [InlineData(400, """{"error": "prompt too long"}""", "prompt too long")]
    [InlineData(404, "not json at all", "not json at all")]
    [InlineData(200, "not json at all", "no completion")]
    [InlineData(200, """{"choices": [], "choices": []}""", "no completion")]
    [InlineData(400, """{"error": {"message": "a", "message": "b"}}""", "400 BadRequest")]
    [InlineData(200, """{"choices": []}""", "no \"choices\"")]
    [InlineData(200, """{"choices": [{"message": {}}]}""", "no \"text\"")]
    [InlineData(200, """{"choices": [{"text": 3}]}""", "\"text\" is no text")]
    public async Task What_will_not_pass_is_not_tried_again(int status, string body, string reason)
    {
        using var service = new MadeService((_, _) => new(status, body));
        using var endpoint = Endpoint(service);
        var error = await Assert.ThrowsAsync<EndpointException>(() => endpoint.CompleteAsync("x", new() { MaximumTokens = 1 }, Cancellation));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(service.Address.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Single(service.Requests);
    }

    [Theory]
    [InlineData("""{"choices": [{"text": "a"}]}""", "log-probabilities")]
    [InlineData("""{"choices": [{"text": "ab", "logprobs": {"tokens": ["a", "b"], "token_logprobs": [-1]}}]}""", "2 tokens, but log-probabilities of 1")]
    public async Task Short_log_probabilities_are_an_error(string body, string reason)
    {
        using var service = new MadeService((_, _) => new(200, body));
        using var endpoint = Endpoint(service);
        var error = await Assert.ThrowsAsync<EndpointException>(() => endpoint.CompleteAsync("x", new() { MaximumTokens = 1, LogProbabilities = 1 }, Cancellation));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_named()
    {
        Uri address;
        using (var service = new MadeService((_, _) => null))
        {
            address = service.Address;
        }

        using var endpoint = new OpenAIEndpoint(new() { Address = address, Model = "m", Retries = 1, FirstWait = TimeSpan.FromMilliseconds(1) });
        var error = await Assert.ThrowsAsync<EndpointException>(() => endpoint.CompleteAsync("x", new() { MaximumTokens = 1 }, Cancellation));
        Assert.Contains($"{address}/completions: the connection failed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_service_is_given_up()
    {
        using var release = new ManualResetEventSlim();
        using var service = new MadeService((_, _) =>
        {
            release.Wait(TimeSpan.FromSeconds(30));
            return null;
        });
        using var endpoint = new OpenAIEndpoint(new() { Address = service.Address, Model = "m", Retries = 0, Timeout = TimeSpan.FromMilliseconds(50) });
        var error = await Assert.ThrowsAsync<EndpointException>(() => endpoint.CompleteAsync("x", new() { MaximumTokens = 1 }, Cancellation));
        release.Set();
        Assert.Contains("no answer within", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_is_not_a_failure_to_try_again()
    {
        using var stop = new CancellationTokenSource();
        using var service = new MadeService((_, _) =>
        {
            stop.Cancel();
            return new(503, "{}");
        });
        using var endpoint = Endpoint(service);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endpoint.CompleteAsync("x", new() { MaximumTokens = 1 }, stop.Token));
        Assert.Single(service.Requests);
    }

    [Fact]
    public void An_address_must_be_one() => Assert.Throws<EvaluationException>(() => new OpenAIEndpoint(new() { Address = new("ftp://x/v1"), Model = "m" }));

    private static OpenAIEndpoint Endpoint(MadeService service, string? key = null) =>
        new(new() { Address = service.Address, Model = "m", ApiKey = key, FirstWait = TimeSpan.FromMilliseconds(1), LongestWait = TimeSpan.FromMilliseconds(5) });
}
