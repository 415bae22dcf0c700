using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Native;
using OlmoSharp.Models.Presets;
using OlmoSharp.Server;
using OlmoSharp.Server.Tests.Load;
using OlmoSharp.Server.Tests.Serving;
using OlmoSharp.Tokenization;
using OlmoSharp.Torch.Native;
using static TorchSharp.torch;

namespace OlmoSharp.Benchmarks;

/// <summary>
/// A server under load: hundreds of clients at once that stream, go away, read slowly and send what is wrong. Every answer at temperature 0 must be that of the request alone, every wrong
/// request must get its error, and nothing may be left behind. Clients and server share the machine.
/// </summary>
internal static class ServerBenchmark
{
    private const string Path = "/v1/completions";
    private const string Name = "random";
    private const string Key = "key";
    private const int Context = 1024;
    private const int MaximumBody = 3 << 20;
    private const int Prompts = 24;

    public static void Run(bool isSmoke) => RunAsync(isSmoke).GetAwaiter().GetResult();

    private static async Task RunAsync(bool isSmoke)
    {
        TorchBackend.EnsureLoaded();
        var (clients, turns, tokens) = isSmoke ? (24, 2, 8) : (200, 4, 48);
        var tokenizer = BpeTrainer.Train(["a small tokenizer whose ids are few"], new BpeTrainerOptions { VocabularySize = 280, MinFrequency = 1 });
        var config = ModelPresets.Get("olmo2-1b") with
        {
            EndOfTextId = 0,
            PaddingId = 1,
            VocabularySize = 4096,
            HiddenSize = isSmoke ? 64 : 256,
            IntermediateSize = isSmoke ? 128 : 1024,
            Layers = isSmoke ? 2 : 4,
            Heads = 8,
            KeyValueHeads = 8,
            ContextLength = Context,
        };
        var folder = Directory.CreateTempSubdirectory("olmosharp-server-");
        try
        {
            LoadingBenchmark.Write(config, folder.FullName, ScalarType.Float32);
            var model = new LoadedModel(NativeEngine.Load(folder.FullName), tokenizer, []);
            await using var server = await ModelServer.StartAsync(
                model, new ServerOptions { Port = 0, ModelNames = [Name], ApiKeys = [Key], MaximumBodyBytes = MaximumBody, MaximumWaiting = 10 * clients, Log = Console.Error.WriteLine });
            using var client = new HttpClient(new SocketsHttpHandler { MaxResponseDrainSize = 0, ResponseDrainTimeout = TimeSpan.Zero }) { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(10) };
            client.DefaultRequestHeaders.Authorization = new("Bearer", Key);
            var load = new Load(client, tokenizer, tokens);
            await load.LearnAsync();
            Console.WriteLine($"{config.Parameters:#,0} parameters in float32; {clients} clients at once, {turns} requests each, {tokens} greedy tokens a text; {Environment.ProcessorCount} processors for all of it");

            // A first round at full breadth, so that what is measured is a leak and not the first use of pools and connections.
            await load.RunAsync(clients, 1, seed: 0);
            load.Forget();
            var before = await MemoryAsync(server);
            var start = Stopwatch.GetTimestamp();
            await load.RunAsync(clients, turns, seed: 1);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var after = await MemoryAsync(server);
            load.Write(seconds);
            Console.WriteLine();
            Console.WriteLine("| | before | after |");
            Console.WriteLine("|---|---|---|");
            Console.WriteLine($"| managed heap, MB | {before.Heap / 1e6:0.0} | {after.Heap / 1e6:0.0} |");
            Console.WriteLine($"| resident memory, MB | {before.Resident / 1e6:0} | {after.Resident / 1e6:0} |");
            Console.WriteLine($"| running, waiting, paused | {before.Places} | {after.Places} |");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(long Heap, long Resident, string Places)> MemoryAsync(ModelServer server)
    {
        while (server.Statistics is not { Running: 0, Waiting: 0, Paused: 0 })
        {
            await Task.Delay(10);
        }

        var heap = GC.GetTotalMemory(forceFullCollection: true);
        using var process = Process.GetCurrentProcess();
        var statistics = server.Statistics;
        return (heap, process.WorkingSet64, $"{statistics.Running}, {statistics.Waiting}, {statistics.Paused}");
    }

    /// <summary>The clients, and what they measure.</summary>
    private sealed class Load(HttpClient client, Tokenizer tokenizer, int tokens)
    {
        private readonly FaultyRequest[] _faults = FaultyRequest.All(Name, Context, MaximumBody);
        private readonly string[] _answers = new string[Prompts];
        private readonly ConcurrentBag<double> _first = [];
        private readonly ConcurrentBag<double> _between = [];
        private readonly ConcurrentBag<double> _whole = [];
        private readonly ConcurrentDictionary<string, int> _counts = new();

        /// <summary>Asks for every prompt's answer alone.</summary>
        public async Task LearnAsync()
        {
            for (var prompt = 0; prompt < Prompts; prompt++)
            {
                using var response = await SendAsync(Request(prompt), CancellationToken.None);
                _answers[prompt] = Text(await EventStream.ReadAsync(await response.Content.ReadAsStreamAsync(), CancellationToken.None));
            }
        }

        public void Forget()
        {
            _first.Clear();
            _between.Clear();
            _whole.Clear();
            _counts.Clear();
        }

        public Task RunAsync(int clients, int turns, int seed) => Task.WhenAll(Enumerable.Range(0, clients).Select(number => Task.Run(async () =>
        {
            var random = new Random(100_000 * seed + number);
            for (var turn = 0; turn < turns; turn++)
            {
                await (random.Next(10) switch
                {
                    0 => LeaveAsync(random),
                    1 or 2 => FailAsync(_faults[random.Next(_faults.Length)]),
                    3 => StreamAsync(random, pause: 20),
                    _ => StreamAsync(random, pause: 0),
                });
            }
        })));

        public void Write(double seconds)
        {
            var texts = _counts.GetValueOrDefault("right answers");
            Console.WriteLine($"{seconds:0.0} s; {texts * tokens / seconds:0} tokens/s of whole texts; " + string.Join(", ", _counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => $"{count.Value} {count.Key}")));
            Console.WriteLine();
            Console.WriteLine("| ms | p50 | p99 | most |");
            Console.WriteLine("|---|---|---|---|");
            foreach (var (what, times) in new[] { ("to the first token", _first), ("between tokens", _between), ("whole answer", _whole) })
            {
                var sorted = times.Order().ToArray();
                Console.WriteLine($"| {what} | {1000 * sorted[sorted.Length / 2]:0.0} | {1000 * sorted[sorted.Length * 99 / 100]:0.0} | {1000 * sorted[^1]:0.0} |");
            }
        }

        private async Task StreamAsync(Random random, int pause)
        {
            var prompt = random.Next(Prompts);
            var start = Stopwatch.GetTimestamp();
            using var response = await SendAsync(Request(prompt), CancellationToken.None);
            await using var stream = await response.Content.ReadAsStreamAsync();
            List<(string Name, string Data)> events = [];
            var last = start;
            while (await EventStream.ReadAsync(stream, CancellationToken.None, most: 1) is [var item])
            {
                var now = Stopwatch.GetTimestamp();
                if (pause == 0)
                {
                    (events.Count == 0 ? _first : _between).Add(Stopwatch.GetElapsedTime(last, now).TotalSeconds);
                }

                last = now;
                events.Add(item);
                await Task.Delay(random.Next(pause + 1));
            }

            if (pause == 0)
            {
                _whole.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }

            Count(Text(events) == _answers[prompt] ? "right answers" : "WRONG ANSWERS");
        }

        private async Task LeaveAsync(Random random)
        {
            using var leaving = new CancellationTokenSource();
            if (random.Next(2) == 0)
            {
                leaving.CancelAfter(random.Next(200));
            }

            try
            {
                using var response = await SendAsync(Request(random.Next(Prompts)), leaving.Token);
                await EventStream.ReadAsync(await response.Content.ReadAsStreamAsync(leaving.Token), leaving.Token, most: 1 + random.Next(tokens / 2));
            }
            catch (OperationCanceledException)
            {
                // That is what it came for.
            }

            Count("gone away");
        }

        private async Task FailAsync(FaultyRequest fault)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(fault.Body, Encoding.UTF8, "application/json") };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", fault.HasWrongKey ? "wrong" : Key);
            using var response = await client.SendAsync(request);
            var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
            Count((int)response.StatusCode == fault.Status && error.GetProperty("code").GetString() == fault.Code ? "right errors" : "WRONG ERRORS");
        }

        private Task<HttpResponseMessage> SendAsync(string body, CancellationToken cancellation) => client.SendAsync(
            new(HttpMethod.Post, Path) { Content = new StringContent(body, Encoding.UTF8, "application/json") }, HttpCompletionOption.ResponseHeadersRead, cancellation);

        private string Request(int prompt)
        {
            var random = new Random(prompt);
            var ids = Enumerable.Range(0, 8 + random.Next(120)).Select(_ => random.Next(256));
            return JsonSerializer.Serialize(new
            {
                model = Name, prompt = ids, max_tokens = tokens, temperature = 0, stream = true, logprobs = 0, logit_bias = new Dictionary<string, int> { [$"{tokenizer.EndOfTextId}"] = -100 },
            });
        }

        private void Count(string what) => _counts.AddOrUpdate(what, 1, (_, count) => count + 1);

        private static string Text(IEnumerable<(string Name, string Data)> events) => string.Concat(events.Select(
            item => item.Data == "[DONE]" ? item.Data : JsonDocument.Parse(item.Data).RootElement.TryGetProperty("choices", out var choices) ? choices[0].GetProperty("text").GetString() : item.Data));
    }
}
