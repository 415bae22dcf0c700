using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Server.Tests.Serving;
using Xunit;

namespace OlmoSharp.Server.Tests.Load;

/// <summary>Many clients at once, well-behaved and other: nobody gets another's answer, everybody gets the right error, and nothing is left behind.</summary>
public sealed class LoadTests(SampleModel sample) : IClassFixture<SampleModel>
{
    private const string Path = "/v1/completions";
    private const string Key = "key";
    private const int Clients = 64;
    private const int MaximumBody = (1 << 20) + (1 << 19);

    private static readonly FaultyRequest[] Faults = FaultyRequest.All(SampleModel.Name, SampleModel.Context, MaximumBody);
    private static readonly int End = SampleModel.Tokenizer.EndOfTextId;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Clients_of_all_kinds_at_once(int seed)
    {
        await using var server = await TestServer.StartAsync(
            sample, options => options with { ApiKeys = [Key], MaximumRunning = 8, MaximumWaiting = 4 * Clients, MaximumBodyBytes = MaximumBody });
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        var before = await server.IdleAsync();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(number => Task.Run(
            async () =>
            {
                var random = new Random(1000 * seed + number);
                for (var turn = 0; turn < 4; turn++)
                {
                    await (random.Next(10) switch
                    {
                        0 => LeaveAsync(server, random),
                        1 => ReadSlowlyAsync(server, random),
                        2 => FailAsync(server, random),
                        3 => FailAsync(server, random),
                        4 => AskOnceAsync(server, random),
                        _ => StreamAsync(server, random),
                    });
                }
            },
            Cancellation)));

        var after = await server.IdleAsync();
        Assert.Equal((before.Running, before.Waiting, before.Paused, before.Failed), (after.Running, after.Waiting, after.Paused, after.Failed));
        Assert.Empty(server.Log);
        await server.Server.DisposeAsync();
        Assert.Equal(before.Positions, server.Engine.FreeAtTheEnd);
    }

    private async Task StreamAsync(TestServer server, Random random)
    {
        var (prompt, tokens, expected) = Ask(random);
        var events = await server.StreamAsync(Path, Request(prompt, tokens, isStreamed: true));
        Assert.Equal(expected, string.Concat(events.Select(item => item.GetProperty("choices")[0].GetProperty("text").GetString())));
    }

    private async Task AskOnceAsync(TestServer server, Random random)
    {
        var (prompt, tokens, expected) = Ask(random);
        var answer = await server.PostAsync(Path, Request(prompt, tokens, isStreamed: false));
        Assert.Equal(expected, answer.GetProperty("choices")[0].GetProperty("text").GetString());
    }

    /// <summary>Goes away after some events, or before the first.</summary>
    private async Task LeaveAsync(TestServer server, Random random)
    {
        var (prompt, _, _) = Ask(random);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        if (random.Next(2) == 0)
        {
            leaving.CancelAfter(random.Next(20));
        }

        try
        {
            using var content = new StringContent(Request(prompt, 120, isStreamed: random.Next(3) > 0), Encoding.UTF8, "application/json");
            using var response = await server.SendAsync(Path, content, leaving.Token);
            await EventStream.ReadAsync(await response.Content.ReadAsStreamAsync(leaving.Token), leaving.Token, most: 1 + random.Next(6));
        }
        catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
        {
        }
        catch (InvalidDataException)
        {
            // The answer was no stream, and is not read.
        }
    }

    /// <summary>Reads a few bytes at a time through a socket with small buffers; what it gets is right all the same.</summary>
    private async Task ReadSlowlyAsync(TestServer server, Random random)
    {
        var (prompt, tokens, expected) = Ask(random);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 512 };
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        client.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        using var content = new StringContent(Request(prompt, tokens, isStreamed: true), Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(new(HttpMethod.Post, new Uri(server.Server.Address, Path)) { Content = content }, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        await using var stream = await response.Content.ReadAsStreamAsync(Cancellation);
        using var all = new MemoryStream();
        var buffer = new byte[97];
        for (int count; (count = await stream.ReadAsync(buffer, Cancellation)) > 0;)
        {
            all.Write(buffer, 0, count);
            if (random.Next(8) == 0)
            {
                await Task.Delay(1, Cancellation);
            }
        }

        all.Position = 0;
        var events = await EventStream.ReadAsync(all, Cancellation);
        Assert.Equal("[DONE]", events[^1].Data);
        Assert.Equal(expected, string.Concat(events.SkipLast(1).Select(item => JsonDocument.Parse(item.Data).RootElement.GetProperty("choices")[0].GetProperty("text").GetString())));
    }

    private static async Task FailAsync(TestServer server, Random random)
    {
        var fault = Faults[random.Next(Faults.Length)];
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(fault.Body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", fault.HasWrongKey ? "wrong" : Key);
        using var response = await server.Client.SendAsync(request, Cancellation);
        Assert.Equal(fault.Code, (await TestServer.ReadErrorAsync(response, (HttpStatusCode)fault.Status)).GetProperty("code").GetString());
    }

    private static string Request(int[] prompt, int tokens, bool isStreamed) =>
        TestServer.Json(new { model = SampleModel.Name, prompt, max_tokens = tokens, temperature = 0, stream = isStreamed, logit_bias = new Dictionary<string, int> { [$"{End}"] = -100 } });

    /// <summary>A prompt that nobody else has, how many tokens are asked for, and the answer that it has alone.</summary>
    private (int[] Prompt, int Tokens, string Expected) Ask(Random random)
    {
        int[] prompt = [End, .. Enumerable.Range(0, 1 + random.Next(60)).Select(_ => random.Next(256))];
        var tokens = 1 + random.Next(24);
        var options = new GenerationOptions { MaximumTokens = tokens, Sampling = new() { Temperature = 0, LogitBias = new Dictionary<int, double> { [End] = -100 } } };
        return (prompt, tokens, sample.Alone(prompt, options)[0].Text);
    }
}
