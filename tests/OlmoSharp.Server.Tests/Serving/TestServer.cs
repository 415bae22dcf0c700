using System.Net;
using System.Text;
using System.Text.Json;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Scheduling;
using OlmoSharp.Inference.Tests.Scheduling;
using Xunit;

namespace OlmoSharp.Server.Tests.Serving;

/// <summary>A server of the sample model on a port of its own, and a plain HTTP client.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private TestServer(ModelServer server, WatchedEngine engine, List<string> log)
    {
        (Server, Engine, Log) = (server, engine, log);
        // A response that is given up closes its connection at once.
        Client = new(new SocketsHttpHandler { MaxResponseDrainSize = 0, ResponseDrainTimeout = TimeSpan.Zero }) { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(60) };
    }

    public ModelServer Server { get; }

    public WatchedEngine Engine { get; }

    public HttpClient Client { get; }

    /// <summary>What the server logged: failures that are its own.</summary>
    public List<string> Log { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<TestServer> StartAsync(SampleModel sample, Func<ServerOptions, ServerOptions>? change = null, Func<LoadedModel, LoadedModel>? prepare = null)
    {
        var model = sample.Load(out _);
        return StartAsync(prepare?.Invoke(model) ?? model, change);
    }

    /// <summary>Serves a model whose engine is a watched one.</summary>
    public static async Task<TestServer> StartAsync(LoadedModel model, Func<ServerOptions, ServerOptions>? change = null)
    {
        List<string> log = [];
        var options = new ServerOptions { Port = 0, ModelNames = [SampleModel.Name], Log = line => { lock (log) { log.Add(line); } } };
        return new(await ModelServer.StartAsync(model, change?.Invoke(options) ?? options, Cancellation), (WatchedEngine)model.Engine, log);
    }

    /// <summary>Lets passes begin only as a semaphore is released, or with a pause where there is none.</summary>
    public SemaphoreSlim HoldUp()
    {
        var gate = new SemaphoreSlim(0);
        Engine.BeforePass = _ => gate.Wait();
        return gate;
    }

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var response = await SendAsync(path, Json(body));
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, text);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Sends what must be refused.</summary>
    /// <returns>The error that the body holds, and nothing else.</returns>
    public async Task<(HttpResponseMessage Response, JsonElement Error)> FailAsync(string path, string body, HttpStatusCode status)
    {
        var response = await SendAsync(path, body);
        return (response, await ReadErrorAsync(response, status));
    }

    public static async Task<JsonElement> ReadErrorAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(status == response.StatusCode, $"{response.StatusCode}: {text}");
        var root = JsonDocument.Parse(text).RootElement;
        var error = Assert.Single(root.EnumerateObject());
        Assert.Equal("error", error.Name);
        Assert.Equal(["code", "message", "param", "type"], error.Value.EnumerateObject().Select(member => member.Name).Order());
        Assert.NotEmpty(error.Value.GetProperty("message").GetString()!);
        return error.Value;
    }

    public Task<HttpResponseMessage> SendAsync(string path, string body) => SendAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), Cancellation);

    public Task<HttpResponseMessage> SendAsync(string path, HttpContent content, CancellationToken cancellation) =>
        Client.SendAsync(new(HttpMethod.Post, path) { Content = content }, HttpCompletionOption.ResponseHeadersRead, cancellation);

    /// <summary>The events of a stream, the last of which says that it is whole.</summary>
    public async Task<IReadOnlyList<JsonElement>> StreamAsync(string path, object body)
    {
        using var response = await SendAsync(path, Json(body));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var events = await EventStream.ReadAsync(await response.Content.ReadAsStreamAsync(Cancellation), Cancellation);
        Assert.Equal("[DONE]", events[^1].Data);
        Assert.All(events, item => Assert.Equal("message", item.Name));
        return [.. events.SkipLast(1).Select(item => JsonDocument.Parse(item.Data).RootElement)];
    }

    /// <summary>Waits until nothing is being done; the engine's thread tells what it has freed a little after.</summary>
    public async Task<SchedulerStatistics> IdleAsync()
    {
        await WaitAsync(statistics => statistics is { Running: 0, Waiting: 0, Paused: 0 });
        return Server.Statistics;
    }

    /// <summary>Waits for something that will come soon; a minute is the end of patience on the slowest machine.</summary>
    public async Task WaitAsync(Predicate<SchedulerStatistics> condition)
    {
        var start = DateTime.UtcNow;
        while (!condition(Server.Statistics))
        {
            Assert.True(DateTime.UtcNow - start < TimeSpan.FromMinutes(1), $"still waiting: {Server.Statistics}");
            await Task.Delay(2, Cancellation);
        }
    }

    public static string Json(object body) => body as string ?? JsonSerializer.Serialize(body);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Engine.BeforePass = null;
        await Server.DisposeAsync();
    }
}
