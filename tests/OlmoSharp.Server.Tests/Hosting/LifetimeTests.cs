using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using OlmoSharp.Server.Tests.Serving;
using Xunit;

namespace OlmoSharp.Server.Tests.Hosting;

/// <summary>What happens to requests that are cut short: by their clients, by time, by the queue, by the server's end.</summary>
public sealed class LifetimeTests(SampleModel sample) : IClassFixture<SampleModel>
{
    private const string Path = "/v1/completions";

    private static readonly string Long = TestServer.Json(new
    {
        model = SampleModel.Name, prompt = "Gets", max_tokens = 100, temperature = 0, stream = true, logit_bias = new Dictionary<string, int> { [$"{SampleModel.Tokenizer.EndOfTextId}"] = -100 },
    });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_goes_away_frees_its_place_at_once(bool isStreamed)
    {
        await using var server = await TestServer.StartAsync(sample);
        using var gate = server.HoldUp();
        using var client = new CancellationTokenSource();
        var request = server.SendAsync(
            Path, new StringContent(isStreamed ? Long : Long.Replace("true", "false", StringComparison.Ordinal), Encoding.UTF8, "application/json"), client.Token);
        gate.Release(3);
        if (isStreamed)
        {
            using var response = await request;
            await server.WaitAsync(statistics => statistics.Running == 1);
            await client.CancelAsync();
        }
        else
        {
            await server.WaitAsync(statistics => statistics.GeneratedTokens >= 2);
            await client.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        }

        // The engine's thread looks for what has been given up between passes; few enough come for a slow machine to notice in time.
        var polls = 0;
        await server.WaitAsync(statistics =>
        {
            if (++polls % 20 == 0)
            {
                gate.Release();
            }

            return statistics.Cancelled == 1;
        });
        server.Engine.BeforePass = null;
        gate.Release(100);
        var after = await server.IdleAsync();
        Assert.Equal(0, after.Finished);
        // The server notes the end of the request a little after the engine does.
        while (!(await server.Client.GetStringAsync("/metrics", Cancellation)).Contains("code=\"499\"} 1", StringComparison.Ordinal))
        {
            await Task.Delay(2, Cancellation);
        }

        Assert.Empty(server.Log);
        await server.Server.DisposeAsync();
        Assert.Equal(after.Positions, server.Engine.FreeAtTheEnd);
    }

    [Fact]
    public async Task More_than_the_queue_holds_is_refused_and_may_come_again()
    {
        await using var server = await TestServer.StartAsync(sample, options => options with { MaximumRunning = 1, MaximumWaiting = 1 });
        using var gate = server.HoldUp();
        var brief = Long.Replace("100", "2", StringComparison.Ordinal);
        var first = server.SendAsync(Path, brief);
        gate.Release();
        await server.WaitAsync(statistics => statistics.Running == 1);
        var second = server.SendAsync(Path, brief);
        await server.WaitAsync(statistics => statistics.Waiting == 1);
        var (response, error) = await server.FailAsync(Path, brief, HttpStatusCode.TooManyRequests);
        Assert.Equal("rate_limit_exceeded", error.GetProperty("code").GetString());
        Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        gate.Release(1000);
        foreach (var going in new[] { await first, await second })
        {
            Assert.Equal("[DONE]", (await EventStream.ReadAsync(await going.Content.ReadAsStreamAsync(Cancellation), Cancellation))[^1].Data);
        }

        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(Path, brief)).StatusCode);
        Assert.Equal(1, server.Server.Statistics.Rejected);
    }

    [Fact]
    public async Task A_request_that_takes_too_long_ends_with_an_error()
    {
        await using var server = await TestServer.StartAsync(sample, options => options with { RequestTimeout = TimeSpan.FromSeconds(3) });
        using var gate = server.HoldUp();
        // Nothing was sent yet: a response of its own.
        var (response, error) = await server.FailAsync(Path, Long, HttpStatusCode.GatewayTimeout);
        Assert.Equal("timeout", error.GetProperty("code").GetString());
        Assert.Equal("false", response.Headers.GetValues("x-should-retry").Single());

        // In the middle of a stream: its last event.
        var going = server.SendAsync(Path, Long);
        gate.Release(4);
        var events = await EventStream.ReadAsync(await (await going).Content.ReadAsStreamAsync(Cancellation), Cancellation);
        Assert.Equal("error", events[^1].Name);
        Assert.Equal("timeout", JsonDocument.Parse(events[^1].Data).RootElement.GetProperty("error").GetProperty("code").GetString());
        Assert.DoesNotContain(events, item => item.Data == "[DONE]");
        gate.Release(1000);
    }

    [Fact]
    public async Task A_server_that_ends_lets_streams_finish_and_takes_nothing_new()
    {
        await using var server = await TestServer.StartAsync(sample);
        using var gate = server.HoldUp();
        gate.Release(3);
        using var going = await server.SendAsync(Path, Long);
        using var stop = new CancellationTokenSource();
        var run = server.Server.RunAsync(stop.Token);
        Assert.False(run.IsCompleted);
        await stop.CancelAsync();
        var (response, error) = await server.FailAsync(Path, Long, HttpStatusCode.ServiceUnavailable);
        Assert.Equal("server_shutting_down", error.GetProperty("code").GetString());
        Assert.NotNull(response.Headers.RetryAfter);
        using var health = await server.Client.GetAsync("/health", Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        gate.Release(1000);
        var events = await EventStream.ReadAsync(await going.Content.ReadAsStreamAsync(Cancellation), Cancellation);
        Assert.Equal("[DONE]", events[^1].Data);
        Assert.Equal(
            sample.Alone([SampleModel.Tokenizer.EndOfTextId, .. SampleModel.Tokenizer.Encode("Gets")], new()
            {
                MaximumTokens = 100, Sampling = new() { Temperature = 0, LogitBias = new Dictionary<int, double> { [SampleModel.Tokenizer.EndOfTextId] = -100 } },
            })[0].Text,
            string.Concat(events.SkipLast(1).Select(item => JsonDocument.Parse(item.Data).RootElement.GetProperty("choices")[0].GetProperty("text").GetString())));
        Assert.True(await run);
        await Assert.ThrowsAsync<HttpRequestException>(() => server.Client.GetAsync("/health", Cancellation));
    }

    [Fact]
    public async Task A_server_that_ends_cancels_what_runs_too_long()
    {
        await using var server = await TestServer.StartAsync(sample, options => options with { DrainTimeout = TimeSpan.FromMilliseconds(100) });
        using var gate = server.HoldUp();
        gate.Release(3);
        using var going = await server.SendAsync(Path, Long);
        using var stop = new CancellationTokenSource();
        var run = server.Server.RunAsync(stop.Token);
        await stop.CancelAsync();
        var events = await EventStream.ReadAsync(await going.Content.ReadAsStreamAsync(Cancellation), Cancellation);
        Assert.Equal("error", events[^1].Name);
        Assert.Contains("server_shutting_down", events[^1].Data, StringComparison.Ordinal);
        Assert.False(await run);
        gate.Release(1000);
    }

    [Fact]
    public async Task A_failure_of_the_engine_is_logged_and_told_without_its_details()
    {
        await using var server = await TestServer.StartAsync(sample);
        server.Engine.BeforePass = _ => throw new InvalidOperationException("secret detail");
        var (_, error) = await server.FailAsync(Path, TestServer.Json(new { model = SampleModel.Name, prompt = "a" }), HttpStatusCode.InternalServerError);
        Assert.Equal(("server_error", "internal_error"), (error.GetProperty("type").GetString(), error.GetProperty("code").GetString()));
        Assert.DoesNotContain("secret", error.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("secret detail", Assert.Single(server.Log), StringComparison.Ordinal);
        server.Engine.BeforePass = null;
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(Path, TestServer.Json(new { model = SampleModel.Name, prompt = "a" }))).StatusCode);
    }

    [Fact]
    public async Task A_port_in_use_is_one_clear_error_and_frees_the_model()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        var port = ((IPEndPoint)socket.LocalEndpoint).Port;
        var options = new ServerOptions { Port = port, ModelNames = ["tiny"] };
        Assert.Contains($"port {port} of 127.0.0.1 is in use", Assert.Throws<ServerException>(options.CheckFree).Message, StringComparison.Ordinal);
        var model = sample.Load(out var engine);
        var exception = await Assert.ThrowsAsync<ServerException>(() => ModelServer.StartAsync(model, options, Cancellation));
        Assert.Contains($"port {port} of 127.0.0.1 is in use", exception.Message, StringComparison.Ordinal);
        Assert.NotNull(engine.FreeAtTheEnd);
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("300.0.0.1")]
    public void A_host_must_be_an_address(string host) =>
        Assert.Contains($"host is '{host}'", Assert.Throws<ServerException>(new ServerOptions { Host = host, ModelNames = ["m"] }.Validate).Message, StringComparison.Ordinal);

    [Fact]
    public void Options_are_checked()
    {
        var options = new ServerOptions { ModelNames = ["m"] };
        options.Validate();
        foreach (var wrong in new[]
        {
            options with { Port = -1 }, options with { Port = 65536 }, options with { ModelNames = [] }, options with { ModelNames = [""] }, options with { ApiKeys = [""] }, options with { ApiKeys = ["a b"] },
            options with { MaximumBodyBytes = 0 }, options with { MaximumContext = 1 }, options with { MaximumWaiting = -1 }, options with { MaximumRunning = 0 }, options with { RequestTimeout = TimeSpan.Zero },
            options with { DrainTimeout = TimeSpan.FromSeconds(-1) }, options with { CorsOrigins = ["example.com"] }, options with { CorsOrigins = ["https://example.com/"] },
        })
        {
            Assert.Throws<ServerException>(wrong.Validate);
        }
    }

    [Fact]
    public async Task Smaller_contexts_hold()
    {
        await using var server = await TestServer.StartAsync(sample, options => options with { MaximumContext = 20, ModelNames = ["tiny", "other/name"] });
        var (_, error) = await server.FailAsync(Path, TestServer.Json(new { model = "other/name", prompt = Enumerable.Repeat(70, 18), max_tokens = 3 }), HttpStatusCode.BadRequest);
        Assert.Equal("context_length_exceeded", error.GetProperty("code").GetString());
        var models = JsonDocument.Parse(await server.Client.GetStringAsync("/v1/models", Cancellation)).RootElement;
        Assert.Equal(["tiny", "other/name"], models.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()));
        var one = JsonDocument.Parse(await server.Client.GetStringAsync("/v1/models/other/name", Cancellation)).RootElement;
        Assert.Equal(["created", "id", "max_model_len", "object", "owned_by"], one.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(20, one.GetProperty("max_model_len").GetInt32());
    }

    [Fact]
    public async Task A_body_that_never_comes_is_given_up()
    {
        await using var server = await TestServer.StartAsync(sample, options => options with { RequestTimeout = TimeSpan.FromMilliseconds(200) });
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Server.Address.Host, server.Server.Address.Port, Cancellation);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"), Cancellation);
        var buffer = new byte[4096];
        var answer = Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, Cancellation));
        Assert.StartsWith("HTTP/1.1 504", answer, StringComparison.Ordinal);
        Assert.Empty(server.Log);
    }
}
