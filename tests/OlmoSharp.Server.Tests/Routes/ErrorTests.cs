using System.Net;
using System.Text;
using OlmoSharp.Server.Tests.Serving;
using Xunit;

namespace OlmoSharp.Server.Tests.Routes;

/// <summary>Every way in which a request can be wrong, and what its client is told.</summary>
public sealed class ErrorTests(SampleModel sample, ErrorTests.SharedServer shared) : IClassFixture<SampleModel>, IClassFixture<ErrorTests.SharedServer>, IAsyncLifetime
{
    private const string Completions = "/v1/completions";
    private const string Chat = "/v1/chat/completions";
    private const string Embeddings = "/v1/embeddings";

    private TestServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await shared.GetAsync(sample);

    public ValueTask DisposeAsync()
    {
        Assert.Empty(_server.Log);
        return ValueTask.CompletedTask;
    }

    [Theory]
    // Each parameter: its type, its range, and what JSON has no number for.
    [InlineData(Completions, """{"prompt": "a", "temperature": "hot"}""", "temperature", "invalid_type")]
    [InlineData(Completions, """{"prompt": "a", "temperature": -0.1}""", "temperature", "decimal_below_min_value")]
    [InlineData(Completions, """{"prompt": "a", "temperature": 2.5}""", "temperature", "decimal_above_max_value")]
    [InlineData(Completions, """{"prompt": "a", "temperature": NaN}""", "temperature", "invalid_value")]
    [InlineData(Completions, """{"prompt": "a", "top_p": Infinity}""", "top_p", "invalid_value")]
    [InlineData(Completions, """{"prompt": "a", "presence_penalty": -Infinity}""", "presence_penalty", "invalid_value")]
    [InlineData(Completions, """{"prompt": "a", "temperature": "NaN"}""", "temperature", "invalid_type")]
    [InlineData(Completions, """{"prompt": "a", "frequency_penalty": 1e999}""", "frequency_penalty", "invalid_value")]
    [InlineData(Completions, """{"prompt": "a", "top_p": 1.01}""", "top_p", "decimal_above_max_value")]
    [InlineData(Completions, """{"prompt": "a", "min_p": -1}""", "min_p", "decimal_below_min_value")]
    [InlineData(Completions, """{"prompt": "a", "top_k": -2}""", "top_k", "integer_below_min_value")]
    [InlineData(Completions, """{"prompt": "a", "top_k": 1.5}""", "top_k", "invalid_type")]
    [InlineData(Completions, """{"prompt": "a", "repetition_penalty": 0}""", "repetition_penalty", "decimal_below_min_value")]
    [InlineData(Completions, """{"prompt": "a", "presence_penalty": 2.1}""", "presence_penalty", "decimal_above_max_value")]
    [InlineData(Completions, """{"prompt": "a", "seed": 99999999999999999999}""", "seed", "invalid_type")]
    [InlineData(Completions, """{"prompt": "a", "max_tokens": -1}""", "max_tokens", "integer_below_min_value")]
    [InlineData(Completions, """{"prompt": "a", "max_tokens": true}""", "max_tokens", "invalid_type")]
    [InlineData(Completions, """{"prompt": "a", "n": 0}""", "n", "integer_below_min_value")]
    [InlineData(Completions, """{"prompt": "a", "n": 129}""", "n", "integer_above_max_value")]
    [InlineData(Completions, """{"prompt": ["a", "b", "c"], "n": 100}""", "n", "integer_above_max_value")]
    [InlineData(Completions, """{"prompt": "a", "logprobs": 21}""", "logprobs", "integer_above_max_value")]
    [InlineData(Completions, """{"prompt": "a", "stream": "yes"}""", "stream", "invalid_type")]
    [InlineData(Completions, """{"prompt": "a", "stream_options": {"include_usage": true}}""", "stream_options", "invalid_value")]
    [InlineData(Completions, """{"prompt": "a", "stream": true, "stream_options": {"include_usage": 1}}""", "stream_options.include_usage", "invalid_type")]
    [InlineData(Completions, """{"prompt": "a", "stop": ""}""", "stop", "empty_string")]
    [InlineData(Completions, """{"prompt": "a", "stop": ["x", 1]}""", "stop[1]", "invalid_type")]
    [InlineData(Completions, """{"prompt": "a", "stop": ["1","2","3","4","5","6","7","8","9","0","1","2","3","4","5","6","7"]}""", "stop", "array_above_max_length")]
    [InlineData(Completions, """{"prompt": "a", "stop": "\ud800"}""", "stop", "invalid_value")]
    [InlineData(Completions, """{"prompt": "a", "stop_token_ids": [100000]}""", "stop_token_ids[0]", "integer_above_max_value")]
    [InlineData(Completions, """{"prompt": "a", "logit_bias": {"x": 1}}""", "logit_bias.x", "invalid_value")]
    [InlineData(Completions, """{"prompt": "a", "logit_bias": {"99999": 1}}""", "logit_bias.99999", "invalid_value")]
    [InlineData(Completions, """{"prompt": "a", "logit_bias": {"5": 101}}""", "logit_bias.5", "decimal_above_max_value")]
    [InlineData(Completions, """{"prompt": "a", "logit_bias": {"5": NaN}}""", "logit_bias", "invalid_value")]
    [InlineData(Completions, """{"prompt": "a", "logit_bias": [1]}""", "logit_bias", "invalid_type")]
    [InlineData(Completions, """{"prompt": 5}""", "prompt", "invalid_type")]
    [InlineData(Completions, """{"prompt": []}""", "prompt", "empty_array")]
    [InlineData(Completions, """{"prompt": [[]]}""", "prompt[0]", "empty_array")]
    [InlineData(Completions, """{"prompt": ["a", 1]}""", "prompt[1]", "invalid_type")]
    [InlineData(Completions, """{"prompt": [1, "a"]}""", "prompt[1]", "invalid_type")]
    [InlineData(Completions, """{"prompt": [1, -1]}""", "prompt[1]", "integer_below_min_value")]
    [InlineData(Completions, """{"prompt": [1, 1000]}""", "prompt[1]", "integer_above_max_value")]
    [InlineData(Completions, """{"prompt": "a", "grammar": "root ::= ["}""", "grammar", "invalid_value")]
    // What would change the answer but cannot be done.
    [InlineData(Completions, """{"prompt": "a", "suffix": "b"}""", "suffix", "unsupported_parameter")]
    [InlineData(Completions, """{"prompt": "a", "best_of": 3}""", "best_of", "unsupported_parameter")]
    [InlineData(Chat, """{"messages": [{"role": "user", "content": "a"}], "tools": [{"type": "function"}]}""", "tools", "unsupported_parameter")]
    [InlineData(Chat, """{"messages": [{"role": "user", "content": "a"}], "tool_choice": "required"}""", "tool_choice", "unsupported_parameter")]
    [InlineData(Chat, """{"messages": [{"role": "user", "content": "a"}], "functions": [{}]}""", "functions", "unsupported_parameter")]
    [InlineData(Chat, """{"messages": [{"role": "user", "content": "a"}], "modalities": ["text", "audio"]}""", "modalities", "unsupported_parameter")]
    [InlineData(Chat, """{"messages": [{"role": "user", "content": "a"}], "reasoning_effort": "low"}""", "reasoning_effort", "unsupported_parameter")]
    [InlineData(Chat, """{"messages": [{"role": "tool", "content": "a"}]}""", "messages[0].role", "unsupported_parameter")]
    [InlineData(Chat, """{"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]}""", "messages[0].content[0].type", "unsupported_parameter")]
    [InlineData(Chat, """{"messages": [{"role": "assistant", "content": "a", "tool_calls": [{}]}]}""", "messages[0].tool_calls", "unsupported_parameter")]
    [InlineData(Embeddings, """{"input": "a", "dimensions": 4}""", "dimensions", "unsupported_parameter")]
    // Messages.
    [InlineData(Chat, """{}""", "messages", "missing_required_parameter")]
    [InlineData(Chat, """{"messages": "a"}""", "messages", "invalid_type")]
    [InlineData(Chat, """{"messages": []}""", "messages", "empty_array")]
    [InlineData(Chat, """{"messages": ["a"]}""", "messages[0]", "invalid_type")]
    [InlineData(Chat, """{"messages": [{"content": "a"}]}""", "messages[0].role", "missing_required_parameter")]
    [InlineData(Chat, """{"messages": [{"role": "user"}]}""", "messages[0].content", "missing_required_parameter")]
    [InlineData(Chat, """{"messages": [{"role": "owner", "content": "a"}]}""", "messages[0].role", "invalid_value")]
    [InlineData(Chat, """{"messages": [{"role": "user", "content": 1}]}""", "messages[0].content", "invalid_type")]
    [InlineData(Chat, """{"messages": [{"role": "user", "content": [{"type": "text"}]}]}""", "messages[0].content[0].text", "missing_required_parameter")]
    [InlineData(Chat, """{"messages": [{"role": "user", "content": "a"}], "top_logprobs": 2}""", "top_logprobs", "invalid_value")]
    [InlineData(Chat, """{"messages": [{"role": "user", "content": "a"}], "logprobs": 2}""", "logprobs", "invalid_type")]
    [InlineData(Chat, """{"messages": [{"role": "user", "content": "a"}], "max_completion_tokens": 0}""", "max_completion_tokens", "integer_below_min_value")]
    [InlineData(Chat, """{"messages": [{"role": "user", "content": "a"}], "max_completion_tokens": 5, "max_tokens": 6}""", "max_tokens", "invalid_value")]
    [InlineData(Chat, """{"messages": [{"role": "user", "content": "a"}], "response_format": {"type": "xml"}}""", "response_format.type", "invalid_value")]
    [InlineData(Chat, """{"messages": [{"role": "user", "content": "a"}], "response_format": {"type": "json_schema"}}""", "response_format.json_schema", "missing_required_parameter")]
    [InlineData(Chat, """{"messages": [{"role": "user", "content": "a"}], "response_format": {"type": "json_schema", "json_schema": {"name": "x"}}}""", "response_format.json_schema.schema", "missing_required_parameter")]
    [InlineData(Chat, """{"messages": [{"role": "user", "content": "a"}], "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "string", "pattern": "a"}}}}""", "response_format.json_schema.schema", "invalid_value")]
    [InlineData(Chat, """{"messages": [{"role": "user", "content": "a"}], "response_format": {"type": "json_object"}, "grammar": "root ::= \"a\""}""", "grammar", "invalid_value")]
    // Embeddings and tokens.
    [InlineData(Embeddings, """{}""", "input", "missing_required_parameter")]
    [InlineData(Embeddings, """{"input": ""}""", "input", "empty_string")]
    [InlineData(Embeddings, """{"input": ["a", ""]}""", "input[1]", "empty_string")]
    [InlineData(Embeddings, """{"input": "a", "encoding_format": "hex"}""", "encoding_format", "invalid_value")]
    [InlineData("/tokenize", """{}""", "prompt", "missing_required_parameter")]
    [InlineData("/tokenize", """{"prompt": 1}""", "prompt", "invalid_type")]
    [InlineData("/tokenize", """{"prompt": "a", "messages": [{"role": "user", "content": "a"}]}""", "prompt", "invalid_value")]
    [InlineData("/detokenize", """{}""", "tokens", "missing_required_parameter")]
    [InlineData("/detokenize", """{"tokens": "a"}""", "tokens", "invalid_type")]
    [InlineData("/detokenize", """{"tokens": [7, 1e3]}""", "tokens[1]", "invalid_type")]
    public async Task A_wrong_parameter_is_named(string path, string body, string param, string code)
    {
        var named = body.Insert(1, body == "{}" ? $"\"model\": \"{SampleModel.Name}\"" : $"\"model\": \"{SampleModel.Name}\", ");
        var (_, error) = await _server.FailAsync(path, named, HttpStatusCode.BadRequest);
        Assert.Equal(param, error.GetProperty("param").GetString());
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.Contains($"'{param}'", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", null, "line 1, byte 1")]
    [InlineData("{\"model\": \"tiny\",\n \"prompt\": \"a\",, }", "prompt", "line 2, byte 16")]
    [InlineData("{\"model\": \"tiny\", \"prompt\": \"a", "prompt", "line 1")]
    [InlineData("{\"model\": tiny}", "model", "line 1, byte 12")]
    [InlineData("{'model': 1}", null, "line 1, byte 2")]
    [InlineData("{\"model\": \"tiny\", \"prompt\": \"a\"} x", "prompt", "line 1, byte 34")]
    [InlineData("{\"model\": \"tiny\", \"model\": \"tiny\"}", "model", "line")]
    public async Task A_body_that_is_not_JSON_is_told_with_its_place(string body, string? param, string place)
    {
        var (_, error) = await _server.FailAsync(Completions, body, HttpStatusCode.BadRequest);
        Assert.Equal("invalid_json", error.GetProperty("code").GetString());
        Assert.Equal(param, error.GetProperty("param").GetString());
        Assert.Contains(place, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "an array")]
    [InlineData("\"text\"", "a string")]
    [InlineData("null", "null")]
    public async Task A_body_must_be_an_object(string body, string kind)
    {
        var (_, error) = await _server.FailAsync(Completions, body, HttpStatusCode.BadRequest);
        Assert.Contains(kind, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_refused()
    {
        byte[] body = [.. Encoding.UTF8.GetBytes($"{{\"model\": \"{SampleModel.Name}\", \"prompt\": \""), 0xFF, 0xFE, .. "\"}"u8];
        using var response = await _server.SendAsync(Completions, new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } }, Cancellation);
        var error = await TestServer.ReadErrorAsync(response, HttpStatusCode.BadRequest);
        Assert.Equal("prompt", error.GetProperty("param").GetString());
    }

    [Theory]
    [InlineData(Completions)]
    [InlineData(Chat)]
    [InlineData(Embeddings)]
    public async Task An_unknown_model_is_not_found_and_none_is_missing(string path)
    {
        var (_, unknown) = await _server.FailAsync(path, """{"model": "gpt-4", "prompt": "a", "input": "a", "messages": [{"role": "user", "content": "a"}]}""", HttpStatusCode.NotFound);
        Assert.Equal("model_not_found", unknown.GetProperty("code").GetString());
        Assert.Contains("gpt-4", unknown.GetProperty("message").GetString(), StringComparison.Ordinal);
        var (_, missing) = await _server.FailAsync(path, """{"prompt": "a"}""", HttpStatusCode.BadRequest);
        Assert.Equal(("model", "missing_required_parameter"), (missing.GetProperty("param").GetString(), missing.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("GET", "/v1/completions", 405)]
    [InlineData("DELETE", "/v1/models", 405)]
    [InlineData("POST", "/health", 405)]
    [InlineData("GET", "/v1/nothing", 404)]
    [InlineData("POST", "/v1/responses", 404)]
    [InlineData("GET", "/v1/models/other", 404)]
    [InlineData("GET", "/../etc/passwd", 404)]
    [InlineData("GET", "/Pages/index.html", 404)]
    public async Task Unknown_addresses_and_methods_are_errors_too(string method, string path, int status)
    {
        using var response = await _server.Client.SendAsync(new(new(method), path), Cancellation);
        var error = await TestServer.ReadErrorAsync(response, (HttpStatusCode)status);
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.Equal(status == 405, response.Content.Headers.Allow.Count > 0);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("")]
    public async Task Bodies_that_are_not_said_to_be_JSON_are_refused(string type)
    {
        using var content = new ByteArrayContent("{}"u8.ToArray());
        if (type.Length > 0)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using var response = await _server.SendAsync(Completions, content, Cancellation);
        Assert.Equal("unsupported_media_type", (await TestServer.ReadErrorAsync(response, HttpStatusCode.UnsupportedMediaType)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Compressed_bodies_are_refused()
    {
        using var content = new ByteArrayContent([1, 2]) { Headers = { ContentType = new("application/json"), ContentEncoding = { "gzip" } } };
        using var response = await _server.SendAsync(Completions, content, Cancellation);
        await TestServer.ReadErrorAsync(response, HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_is_too_large_is_refused(bool isChunked)
    {
        var body = $"{{\"model\": \"{SampleModel.Name}\", \"prompt\": \"{new string('a', (int)SharedServer.MaximumBody)}\"}}";
        using HttpContent content = isChunked ? new StreamContent(new Unseekable(Encoding.UTF8.GetBytes(body))) : new StringContent(body);
        content.Headers.ContentType = new("application/json");
        using var response = await _server.SendAsync(Completions, content, Cancellation);
        Assert.Equal("request_too_large", (await TestServer.ReadErrorAsync(response, HttpStatusCode.RequestEntityTooLarge)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_stop_string_of_a_megabyte_is_refused_by_its_length()
    {
        var (_, error) = await _server.FailAsync(
            Completions, $"{{\"model\": \"{SampleModel.Name}\", \"prompt\": \"a\", \"stop\": [\"{new string('x', 1 << 20)}\"]}}", HttpStatusCode.BadRequest);
        Assert.Equal(("stop[0]", "string_above_max_length"), (error.GetProperty("param").GetString(), error.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData(Completions, "prompt", SampleModel.Context, null)]
    [InlineData(Completions, "prompt", 10, SampleModel.Context)]
    [InlineData(Completions, "prompt", 5 * SampleModel.Context, 1)]
    [InlineData(Chat, "messages", SampleModel.Context, null)]
    [InlineData(Chat, "messages", 4 * SampleModel.Context, 1)]
    [InlineData(Embeddings, "input", SampleModel.Context, null)]
    public async Task A_context_that_is_exceeded_is_told(string path, string param, int words, int? tokens)
    {
        var text = string.Concat(Enumerable.Repeat("7", words));
        var (_, error) = await _server.FailAsync(
            path, TestServer.Json(new { model = SampleModel.Name, prompt = text, input = text, messages = new[] { new { role = "user", content = text } }, max_tokens = tokens }), HttpStatusCode.BadRequest);
        Assert.Equal((param, "context_length_exceeded"), (error.GetProperty("param").GetString(), error.GetProperty("code").GetString()));
        Assert.Contains($"{SampleModel.Context}", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("root ::= \"a\"\nb ::= ( ", "")]
    public async Task A_grammar_that_is_nested_too_deeply_ends_no_process(string open, string close)
    {
        var grammar = $"root ::= {string.Concat(Enumerable.Repeat(open, 30_000))}\"a\"{string.Concat(Enumerable.Repeat(close, 30_000))}";
        var (_, error) = await _server.FailAsync(Completions, TestServer.Json(new { model = SampleModel.Name, prompt = "a", grammar = grammar[..Math.Min(grammar.Length, 65_000)] }), HttpStatusCode.BadRequest);
        Assert.Equal("grammar", error.GetProperty("param").GetString());
    }

    [Fact]
    public async Task A_grammar_that_is_too_long_is_refused()
    {
        var (_, error) = await _server.FailAsync(Completions, TestServer.Json(new { model = SampleModel.Name, prompt = "a", grammar = new string('a', 70_000) }), HttpStatusCode.BadRequest);
        Assert.Equal(("grammar", "string_above_max_length"), (error.GetProperty("param").GetString(), error.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task What_OpenAI_only_notes_and_unknown_names_are_passed_over()
    {
        var answer = await _server.PostAsync(Chat, """
            {"model": "tiny", "messages": [{"role": "developer", "content": "Be brief.", "name": "x"}, {"role": "user", "content": [{"type": "text", "text": "Hi"}]}],
            "user": "u", "store": false, "metadata": {"a": "b"}, "service_tier": "auto", "parallel_tool_calls": true, "tools": [], "tool_choice": "none", "modalities": ["text"],
            "stop": null, "stream_options": null, "logit_bias": null, "response_format": {"type": "text"}, "max_completion_tokens": 2, "something_new": {"deep": [1]}}
            """);
        Assert.Equal("assistant", answer.GetProperty("choices")[0].GetProperty("message").GetProperty("role").GetString());
    }

    /// <summary>One server for all tests of the class.</summary>
    public sealed class SharedServer : IAsyncDisposable
    {
        public const long MaximumBody = 3 << 20;

        private TestServer? _server;

        internal async Task<TestServer> GetAsync(SampleModel sample) => _server ??= await TestServer.StartAsync(sample, options => options with { MaximumBodyBytes = MaximumBody });

        public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    /// <summary>Bytes whose number is not known before.</summary>
    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
