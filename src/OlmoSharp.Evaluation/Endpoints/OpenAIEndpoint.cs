using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OlmoSharp.Evaluation.Endpoints;

/// <summary>A service that speaks the OpenAI API. Safe to use from several tasks at once.</summary>
public sealed class OpenAIEndpoint : IDisposable
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly EndpointOptions _options;
    private readonly HttpClient _client;
    private readonly TimeProvider _time;
    private readonly RetrySchedule _schedule;

    /// <summary>Prepares to ask a service; nothing is sent yet.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <exception cref="EvaluationException">The address is not one of the web.</exception>
    public OpenAIEndpoint(EndpointOptions options, TimeProvider? time = null)
    {
        if (!options.Address.IsAbsoluteUri || options.Address.Scheme is not ("http" or "https"))
        {
            throw new EvaluationException($"'{options.Address}' is no address of a service; give one such as http://localhost:8080/v1");
        }

        (_options, _time) = (options, time ?? TimeProvider.System);
        _schedule = new(options.FirstWait, options.LongestWait, options.Timeout);
        _client = new() { BaseAddress = new(options.Address.ToString().TrimEnd('/') + "/"), Timeout = Timeout.InfiniteTimeSpan };
        if (options.ApiKey is { } key)
        {
            _client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        }
    }

    /// <summary>Continues a text.</summary>
    /// <param name="prompt">What comes before.</param>
    /// <param name="request">How much and how.</param>
    /// <param name="cancellation">Stops at once.</param>
    /// <exception cref="EndpointException">The service refuses, or fails again and again, or answers what is no completion.</exception>
    public Task<EndpointText> CompleteAsync(string prompt, EndpointRequest request, CancellationToken cancellation = default) =>
        CompleteAsync((JsonNode)prompt, request, cancellation);

    /// <summary>Continues a text that is given as the model's tokens.</summary>
    /// <param name="prompt">The ids of what comes before.</param>
    /// <param name="request">How much and how.</param>
    /// <param name="cancellation">Stops at once.</param>
    /// <exception cref="EndpointException">The service refuses, or fails again and again, or answers what is no completion.</exception>
    public Task<EndpointText> CompleteAsync(IReadOnlyList<int> prompt, EndpointRequest request, CancellationToken cancellation = default) =>
        CompleteAsync(new JsonArray([.. prompt.Select(id => (JsonNode)id)]), request, cancellation);

    private async Task<EndpointText> CompleteAsync(JsonNode prompt, EndpointRequest request, CancellationToken cancellation)
    {
        var body = Body(request);
        body["prompt"] = prompt;
        if (request.Echo)
        {
            body["echo"] = true;
        }

        if (request.LogProbabilities is { } count)
        {
            body["logprobs"] = count;
        }

        return await SendAsync("completions", body, choice => (Text(choice, "text"), CompletionTokens(choice["logprobs"])), request, cancellation);
    }

    /// <summary>Answers in a chat.</summary>
    /// <param name="messages">What was said.</param>
    /// <param name="request">How much and how.</param>
    /// <param name="cancellation">Stops at once.</param>
    /// <exception cref="EndpointException">The service refuses, or fails again and again, or answers what is no completion.</exception>
    public async Task<EndpointText> ChatAsync(IReadOnlyList<EndpointMessage> messages, EndpointRequest request, CancellationToken cancellation = default)
    {
        var body = Body(request);
        body["messages"] = new JsonArray([.. messages.Select(message => new JsonObject { ["role"] = message.Role, ["content"] = message.Content })]);
        if (request.LogProbabilities is { } count)
        {
            body["logprobs"] = true;
            body["top_logprobs"] = count;
        }

        return await SendAsync("chat/completions", body, choice => (Text(choice["message"], "content"), ChatTokens(choice["logprobs"])), request, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private JsonObject Body(EndpointRequest request)
    {
        var body = new JsonObject { ["model"] = _options.Model, ["max_tokens"] = request.MaximumTokens, ["temperature"] = request.Temperature, ["top_p"] = request.TopP, ["n"] = 1 };
        if (request.Stop.Count > 0)
        {
            body["stop"] = new JsonArray([.. request.Stop.Select(text => (JsonNode)text)]);
        }

        if (request.Seed is { } seed)
        {
            body["seed"] = seed;
        }

        return body;
    }

    private async Task<EndpointText> SendAsync(
        string path, JsonObject body, Func<JsonNode, (string Text, IReadOnlyList<EndpointToken>? Tokens)> read, EndpointRequest request, CancellationToken cancellation)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(body, Json);
        var place = new Uri(_client.BaseAddress!, path);
        for (var attempt = 0; ; attempt++)
        {
            var (answer, failure, wait) = await TryAsync(place, content, cancellation);
            if (answer is not null)
            {
                return Read(place, answer, read, request);
            }

            if (attempt == _options.Retries)
            {
                throw new EndpointException(EndpointFailure.Passing, $"{place}: {failure} ({attempt + 1} attempts)");
            }

            await Task.Delay(_schedule.WaitAfter(attempt, wait), _time, cancellation);
        }
    }

    /// <summary>Sends once. What may pass is returned as a failure; what will not is thrown.</summary>
    private async Task<(byte[]? Answer, string Failure, TimeSpan? Wait)> TryAsync(Uri place, byte[] content, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, place) { Content = new ByteArrayContent(content) { Headers = { ContentType = new("application/json") } } };
            using var response = await _client.SendAsync(message, either.Token);
            var answer = await response.Content.ReadAsByteArrayAsync(either.Token);
            if (response.IsSuccessStatusCode)
            {
                return (answer, "", null);
            }

            var (explanation, isFinal) = Explanation(answer);
            var failure = $"the service answered {(int)response.StatusCode} {response.StatusCode}{explanation}";
            isFinal |= response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed;
            return !isFinal && RetrySchedule.MayPass(response.StatusCode)
                ? (null, failure, RetrySchedule.Asked(response.Headers.RetryAfter, _time.GetUtcNow()))
                : throw new EndpointException(isFinal ? EndpointFailure.Final : EndpointFailure.Refused, $"{place}: {failure}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, $"no answer within {_options.Timeout.TotalSeconds:0} s", null);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return (null, $"the connection failed ({exception.Message})", null);
        }
    }

    /// <summary>What the service says about an error, shortened, and whether it is that no request will do.</summary>
    private static (string Text, bool IsFinal) Explanation(byte[] answer)
    {
        const int most = 300;
        string text;
        var isFinal = false;
        try
        {
            var node = JsonNode.Parse(answer);
            text = node?["error"] switch
            {
                JsonObject error => error["message"]?.ToString() ?? "",
                { } error => error.ToString(),
                null => node?["message"]?.ToString() ?? "",
            };
            // Services differ in the status: 400 or 404 for a model that they do not have, 429 for an account without money.
            isFinal = node?["error"] is JsonObject reason && (reason["code"]?.ToString() is "model_not_found" or "insufficient_quota" or "invalid_api_key" || reason["param"]?.ToString() == "model");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            text = Encoding.UTF8.GetString(answer);
        }

        text = text.ReplaceLineEndings(" ").Trim();
        return (text.Length == 0 ? "" : $": {(text.Length > most ? text[..most] + "…" : text)}", isFinal);
    }

    private static EndpointText Read(Uri place, byte[] answer, Func<JsonNode, (string Text, IReadOnlyList<EndpointToken>? Tokens)> read, EndpointRequest request)
    {
        try
        {
            var node = JsonNode.Parse(answer);
            var choice = node?["choices"] is JsonArray { Count: > 0 } choices ? choices[0]! : throw new FormatException("it has no \"choices\"");
            var (text, tokens) = read(choice);
            return request.LogProbabilities is not null && tokens is null
                ? throw new FormatException("it has no log-probabilities, though they were asked for; the service may not offer them")
                : new(text, choice["finish_reason"]?.ToString() ?? "", tokens, Count("prompt_tokens"), Count("completion_tokens"));

            int? Count(string name) => node["usage"]?[name] is JsonValue value && value.TryGetValue<int>(out var count) ? count : null;
        }
        // An object that has a name twice is an ArgumentException.
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new EndpointException(EndpointFailure.Unreadable, $"{place}: the answer is no completion ({exception.Message})", exception);
        }
    }

    private static string Text(JsonNode? parent, string name) => parent is not JsonObject fields || !fields.TryGetPropertyValue(name, out var found)
        ? throw new FormatException($"it has no \"{name}\"")
        : found switch
        {
            // A service that generated nothing may say null.
            null => "",
            JsonValue value when value.TryGetValue<string>(out var text) => text,
            _ => throw new FormatException($"its \"{name}\" is no text"),
        };

    private static IReadOnlyList<EndpointToken>? CompletionTokens(JsonNode? logprobs)
    {
        if (logprobs?["tokens"] is not JsonArray tokens || logprobs["token_logprobs"] is not JsonArray values)
        {
            return null;
        }

        var (top, offsets) = (logprobs["top_logprobs"] as JsonArray, logprobs["text_offset"] as JsonArray);
        return tokens.Count == values.Count
            ? [.. tokens.Select((token, i) => new EndpointToken(
                token?.GetValue<string>() ?? throw new FormatException($"its token {i} is no text"),
                values[i]?.GetValue<double>(),
                top is not null && i < top.Count && top[i] is JsonObject likely ? Likely(likely) : new Dictionary<string, double>())
            {
                Offset = offsets is not null && i < offsets.Count ? offsets[i]?.GetValue<int>() : null,
            })]
            : throw new FormatException($"it has {tokens.Count} tokens, but log-probabilities of {values.Count}");
    }

    private static Dictionary<string, double> Likely(JsonObject top) =>
        top.Where(other => other.Value is not null).ToDictionary(other => other.Key, other => other.Value!.GetValue<double>());

    private static IReadOnlyList<EndpointToken>? ChatTokens(JsonNode? logprobs) =>
        logprobs?["content"] is not JsonArray tokens ? null
        : [.. tokens.Select(token => new EndpointToken(Text(token, "token"), token!["logprob"]!.GetValue<double>(), Likely(token["top_logprobs"])))];

    private static Dictionary<string, double> Likely(JsonNode? top)
    {
        var likely = new Dictionary<string, double>();
        foreach (var other in top as JsonArray ?? [])
        {
            likely[Text(other, "token")] = other!["logprob"]!.GetValue<double>();
        }

        return likely;
    }
}
