using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Scheduling;
using OlmoSharp.Inference.Scoring;
using OlmoSharp.Inference.Tests.Engines;
using OlmoSharp.Inference.Torch;
using OlmoSharp.Models.Tests;
using Xunit;

namespace OlmoSharp.Inference.Tests.Scheduling;

/// <summary>What a scheduler does in situations that are made to arise, pass by pass.</summary>
public sealed class RequestSchedulerTests(SchedulerSample sample) : IClassFixture<SchedulerSample>
{
    private static readonly GenerationOptions Greedy = new() { MaximumTokens = 20, Sampling = new() { Temperature = 0, LogitBias = Endless() } };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_share_passes_and_their_prompts_do_not_hold_up_what_is_being_generated()
    {
        using var gate = new PassGate();
        var engine = Watched(gate, 4 * 160);
        var scheduler = SchedulerSample.Scheduler(engine, new() { PromptTokensBesideDecoding = 10, PrefixCachePositions = 0 });
        List<int[]> passes = [];
        gate.Passed = inputs => passes.Add([.. inputs.Select(input => input.Tokens.Length)]);
        var first = scheduler.CompleteAsync([11], Greedy, Cancellation);
        await gate.LetAsync(2);
        var others = Enumerable.Range(0, 3).Select(i => scheduler.CompleteAsync(Tokens(i, 40), Greedy, Cancellation)).ToArray();
        gate.Open();
        await Task.WhenAll([first, .. others]);
        await scheduler.DisposeAsync();
        Assert.Equal(sample.Alone([11], Greedy)[0].Ids, (await first)[0].Ids);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(sample.Alone(Tokens(i, 40), Greedy)[0].Ids, (await others[i])[0].Ids);
        }

        // While the first was being generated, every pass had a token of it and at most 10 of prompts, which all three shared.
        Assert.All(passes.Take(13), pass => Assert.Equal(1, pass[0]));
        var shared = passes.Skip(3).Take(8).ToList();
        Assert.All(shared, pass => Assert.Equal((4, 11), (pass.Length, pass.Sum())));
        Assert.Contains(passes, pass => pass.SequenceEqual([1, 1, 1, 1]));
    }

    /// <summary>Two texts share the prompt's last block in a pool that has no other: the second lets it go, and the first needs no copy of it any more.</summary>
    [Fact]
    public async Task A_text_that_shares_all_there_is_gets_it_for_itself()
    {
        var options = Greedy with { MaximumTokens = 10, Samples = 2 };
        await using var scheduler = SchedulerSample.Scheduler(sample.Engine(64), new() { PrefixCachePositions = 0 });
        var results = await scheduler.CompleteAsync(Tokens(3, 50), options, Cancellation);
        Assert.Equal(sample.Alone(Tokens(3, 50), options).Select(result => result.Text), results.Select(result => result.Text));
    }

    [Fact]
    public async Task Too_many_requests_are_refused_and_the_others_served()
    {
        using var gate = new PassGate();
        var scheduler = SchedulerSample.Scheduler(Watched(gate, 320), new() { MaximumRunning = 2, MaximumWaiting = 3 });
        var accepted = Enumerable.Range(0, 2).Select(i => scheduler.CompleteAsync([20 + i], Greedy, Cancellation)).ToList();
        await gate.LetAsync(1);
        accepted.AddRange(Enumerable.Range(2, 3).Select(i => scheduler.CompleteAsync([20 + i], Greedy, Cancellation)));
        await Assert.ThrowsAsync<QueueFullException>(() => scheduler.CompleteAsync([60], Greedy, Cancellation));
        await Assert.ThrowsAsync<QueueFullException>(() => scheduler.ScoreAsync([new([60], [61])], Cancellation));
        await Assert.ThrowsAsync<QueueFullException>(() => scheduler.EmbedAsync([[60]], cancellation: Cancellation));
        Assert.Equal((3, 3L), (scheduler.Statistics.Waiting, scheduler.Statistics.Rejected));
        gate.Open();
        var results = await Task.WhenAll(accepted);
        await scheduler.CompleteAsync([60], Greedy, Cancellation);
        await scheduler.DisposeAsync();
        Assert.All(results, (result, i) => Assert.Equal(sample.Alone([20 + i], Greedy)[0].Ids, result[0].Ids));
        Assert.Equal((6L, 0), (scheduler.Statistics.Finished, scheduler.Statistics.Waiting));
    }

    [Fact]
    public async Task Giving_up_frees_at_once_while_waiting_in_a_prompt_and_in_a_text()
    {
        using var gate = new PassGate();
        var engine = Watched(gate, 320);
        var scheduler = SchedulerSample.Scheduler(engine, new() { MaximumRunning = 2, PromptTokensPerPass = 8, PromptTokensBesideDecoding = 8, PrefixCachePositions = 0 });
        using var cancellation = new CancellationTokenSource();
        var calls = new[] { Tokens(1, 5), Tokens(2, 100), Tokens(3, 5) }.Select(prompt => scheduler.CompleteAsync(prompt, Greedy, cancellation.Token)).ToArray();
        await gate.LetAsync(3);
        Assert.True(engine.FreePositions < 320);
        await cancellation.CancelAsync();
        foreach (var call in calls)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }

        // The pass that was under way ends; there is no other.
        gate.Open();
        await UntilAsync(() => scheduler.Statistics.Cancelled == 3);
        await UntilAsync(() => scheduler.Statistics.FreePositions == 320);
        Assert.InRange(engine.Passes, 3, 4);
        Assert.Equal((0, 0, 0), (scheduler.Statistics.Running, scheduler.Statistics.Waiting, scheduler.Statistics.Paused));
        await scheduler.DisposeAsync();
    }

    [Fact]
    public async Task A_reader_that_lags_behind_waits_alone_and_little_is_kept_for_it()
    {
        var engine = new WatchedEngine(sample.Engine(320));
        var scheduler = SchedulerSample.Scheduler(engine, new() { MaximumRunning = 1, BufferedSteps = 4 });
        await using var slow = scheduler.GenerateAsync([30], Greedy with { MaximumTokens = 50 }, Cancellation).GetAsyncEnumerator(Cancellation);
        await slow.MoveNextAsync();
        List<GenerationStep> steps = [slow.Current];
        // It has the only place, until it lags behind.
        var others = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => scheduler.CompleteAsync([40 + i], Greedy, Cancellation)));
        Assert.All(others, (result, i) => Assert.Equal(sample.Alone([40 + i], Greedy)[0].Ids, result[0].Ids));
        await UntilAsync(() => scheduler.Statistics is { Paused: 1, Running: 0 });
        // One that was read, and before or after it as many as the buffer has.
        Assert.InRange(scheduler.Statistics.GeneratedTokens, 3 * 20 + 4, 3 * 20 + 5);
        while (await slow.MoveNextAsync())
        {
            steps.Add(slow.Current);
        }

        await scheduler.DisposeAsync();
        Assert.Equal(sample.Alone([30], Greedy with { MaximumTokens = 50 })[0].Ids, steps.Select(step => step.Id!.Value));
    }

    [Fact]
    public async Task What_requests_have_in_common_is_computed_once_whether_one_after_the_other_or_together()
    {
        using var gate = new PassGate();
        var engine = Watched(gate, 640);
        var scheduler = SchedulerSample.Scheduler(engine, new() { PromptTokensPerPass = 30 });
        var options = Greedy with { MaximumTokens = 1 };
        var beginning = Tokens(5, 80);
        // The first pass is held while all are there.
        var blocker = scheduler.CompleteAsync([3], options, Cancellation);
        await gate.LetAsync(0);
        var together = Enumerable.Range(0, 4).Select(i => scheduler.CompleteAsync([.. beginning, 40 + i, 50], options, Cancellation)).ToArray();
        gate.Open();
        var results = await Task.WhenAll(together);
        Assert.Equal(1 + 80 + 4 * 2, engine.Tokens);
        await scheduler.CompleteAsync([.. beginning, 41, 50, 60], options, Cancellation);
        Assert.Equal(1 + 80 + 4 * 2 + 1, engine.Tokens);
        await scheduler.DisposeAsync();
        var statistics = scheduler.Statistics;
        Assert.Equal((1 + 4 * 82 + 83L, 82L), (statistics.PromptTokens, statistics.CachedPromptTokens));
        Assert.Single((await blocker)[0].Ids);
        Assert.All(results, (result, i) => Assert.Equal(sample.Alone([.. beginning, 40 + i, 50], options)[0].Ids, result[0].Ids));
    }

    [Fact]
    public async Task Texts_that_grow_out_of_memory_take_turns()
    {
        var engine = new WatchedEngine(sample.Engine(128));
        var scheduler = SchedulerSample.Scheduler(engine);
        var options = Greedy with { MaximumTokens = 90, Samples = 3 };
        var results = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => scheduler.CompleteAsync(Tokens(i, 20), options, Cancellation)));
        await scheduler.DisposeAsync();
        Assert.True(scheduler.Statistics.Preemptions > 0);
        Assert.Equal(128, engine.FreeAtTheEnd);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(sample.Alone(Tokens(i, 20), options).Select(result => string.Join(' ', result.Ids)), results[i].Select(result => string.Join(' ', result.Ids)));
        }
    }

    [Fact]
    public async Task First_come_first_served_even_if_later_ones_would_find_room()
    {
        using var gate = new PassGate();
        var scheduler = SchedulerSample.Scheduler(Watched(gate, 160), new() { PrefixCachePositions = 0 });
        List<int> starts = [];
        // In a pass the order says nothing.
        gate.Passed = inputs => starts.AddRange(inputs.Where(input => input.Sequence.Length == 0).Select(input => input.Tokens.Span[0]).Order());
        List<Task> calls = [Ask(30, 60, 20)];
        await gate.LetAsync(1);
        calls.Add(Ask(31, 120, 2));
        // Small ones keep coming.
        calls.AddRange(Enumerable.Range(32, 6).Select(first => Ask(first, 3, 30)));
        gate.Open();
        await Task.WhenAll(calls);
        await scheduler.DisposeAsync();
        Assert.Equal(Enumerable.Range(30, 8), starts);

        Task Ask(int first, int length, int tokens) => scheduler.CompleteAsync([first, .. Tokens(first, length - 1)], Greedy with { MaximumTokens = tokens }, Cancellation);
    }

    [Fact]
    public async Task What_one_request_does_wrong_ends_it_alone()
    {
        var scheduler = SchedulerSample.Scheduler(sample.Engine(640));
        var wrong = Greedy with { Sampling = new() { Temperature = 0, LogitBias = new Dictionary<int, double> { [sample.Config.VocabularySize - 1] = 1 } } };
        var good = scheduler.CompleteAsync([12], Greedy, Cancellation);
        var failure = await Assert.ThrowsAsync<InferenceException>(() => scheduler.CompleteAsync([12], wrong, Cancellation));
        Assert.Contains("logit bias", failure.Message, StringComparison.Ordinal);
        Assert.Equal(sample.Alone([12], Greedy)[0].Ids, (await good)[0].Ids);

        Assert.Contains("the prompt has 160 tokens", Problem(() => scheduler.GenerateAsync(new int[160], Greedy)), StringComparison.Ordinal);
        Assert.Contains("token 999", Problem(() => scheduler.GenerateAsync([1, 999], Greedy)), StringComparison.Ordinal);
        Assert.Contains("temperature", Problem(() => scheduler.GenerateAsync([1], Greedy with { Sampling = new() { Temperature = double.NaN } })), StringComparison.Ordinal);
        Assert.Contains("text 1 has 161 tokens", (await Assert.ThrowsAsync<InferenceException>(() => scheduler.EmbedAsync([[1], new int[161]], cancellation: Cancellation))).Message, StringComparison.Ordinal);
        Assert.Contains("pair 0", (await Assert.ThrowsAsync<InferenceException>(() => scheduler.ScoreAsync([new([], [1])], Cancellation))).Message, StringComparison.Ordinal);
        await scheduler.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => scheduler.CompleteAsync([1], Greedy, Cancellation));

        await using var small = SchedulerSample.Scheduler(sample.Engine(64));
        Assert.Contains("has 64 in all", Problem(() => small.GenerateAsync(Tokens(1, 50), Greedy)), StringComparison.Ordinal);

        static string Problem(Func<object> call) => Assert.Throws<InferenceException>(() => { call(); }).Message;
    }

    [Fact]
    public async Task An_engine_that_fails_ends_what_it_fails_on()
    {
        var engine = new WatchedEngine(sample.Engine(640)) { BeforePass = inputs => _ = inputs.Any(input => input.Tokens.Span.Contains(77)) ? throw new InvalidOperationException("broken") : 0 };
        var scheduler = SchedulerSample.Scheduler(engine, new() { PrefixCachePositions = 0 });
        var calls = Enumerable.Range(75, 5).Select(id => scheduler.CompleteAsync([id, id + 20], Greedy with { MaximumTokens = 3 }, Cancellation)).ToArray();
        Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidOperationException>(() => calls[2])).Message);
        foreach (var i in new[] { 0, 1, 3, 4 })
        {
            Assert.Equal(sample.Alone([75 + i, 95 + i], Greedy with { MaximumTokens = 3 })[0].Ids, (await calls[i])[0].Ids);
        }

        await scheduler.DisposeAsync();
        Assert.Equal(640, engine.FreeAtTheEnd);
        Assert.Equal(1, scheduler.Statistics.Failed);
    }

    [Fact]
    public async Task Closing_ends_what_runs_and_what_waits()
    {
        using var gate = new PassGate();
        var engine = Watched(gate, 320);
        var scheduler = SchedulerSample.Scheduler(engine, new() { MaximumRunning = 1 });
        Task[] calls =
        [
            scheduler.CompleteAsync([12], Greedy, Cancellation), scheduler.CompleteAsync([13], Greedy, Cancellation),
            scheduler.ScoreAsync([new([1], [2])], Cancellation), scheduler.EmbedAsync([[1]], cancellation: Cancellation),
        ];
        await gate.LetAsync(2);
        var closing = scheduler.DisposeAsync();
        gate.Open();
        await closing;
        foreach (var call in calls)
        {
            Assert.Contains("closed", (await Assert.ThrowsAsync<InferenceException>(() => call)).Message, StringComparison.Ordinal);
        }

        Assert.Equal(320, engine.FreeAtTheEnd);
        await scheduler.DisposeAsync();
    }

    [Fact]
    public async Task Scores_and_embeddings_are_served_beside_texts()
    {
        var engine = new WatchedEngine(sample.Engine(320));
        var scheduler = SchedulerSample.Scheduler(engine, new() { PromptTokensBesideDecoding = 16 });
        var options = Greedy with { MaximumTokens = 60 };
        var texts = Enumerable.Range(0, 6).Select(i => scheduler.CompleteAsync(Tokens(i, 10), options, Cancellation)).ToArray();
        ContinuationPair[] pairs = [.. Enumerable.Range(0, 20).Select(i => new ContinuationPair(Tokens(i % 3, 30 + i), Tokens(i, 4)))];
        int[][] embedded = [.. Enumerable.Range(0, 9).Select(i => Tokens(i, 1 + 17 * i))];
        var scores = scheduler.ScoreAsync(pairs, Cancellation);
        var means = scheduler.EmbedAsync(embedded, EmbeddingPooling.Mean, Cancellation);
        var lasts = scheduler.EmbedAsync(embedded, EmbeddingPooling.Last, Cancellation);
        await Task.WhenAll([scores, means, lasts, .. texts]);
        await scheduler.DisposeAsync();
        Assert.Equal(320, engine.FreeAtTheEnd);
        Assert.All(await Task.WhenAll(texts), (text, i) => Assert.Equal(sample.Alone(Tokens(i, 10), options)[0].Ids, text[0].Ids));

        using var alone = sample.Engine(320);
        Assert.Equal(new LikelihoodScorer(alone).Score(pairs, cancellation: Cancellation).SelectMany(score => score.LogProbabilities), (await scores).SelectMany(score => score.LogProbabilities));
        for (var i = 0; i < embedded.Length; i++)
        {
            var hidden = new float[embedded[i].Length * sample.Config.HiddenSize];
            using var sequence = alone.NewSequence();
            alone.ForwardHidden([new(sequence, embedded[i], AllLogits: true)], hidden);
            var rows = hidden.Chunk(sample.Config.HiddenSize).ToArray();
            var mean = Enumerable.Range(0, sample.Config.HiddenSize).Select(j => rows.Average(row => (double)row[j])).ToArray();
            SampleModels.Close(Unit(mean), Doubles((await means)[i]), 1e-6);
            SampleModels.Close(Unit(Doubles(rows[^1])), Doubles((await lasts)[i]), 1e-6);
            Assert.Equal(1, Doubles((await means)[i]).Sum(x => x * x), 1e-6);
        }

        static double[] Unit(double[] vector) => Array.ConvertAll(vector, x => x / Math.Sqrt(vector.Sum(y => y * y)));
        static double[] Doubles(float[] vector) => Array.ConvertAll(vector, x => (double)x);
    }

    [Fact]
    public async Task The_torch_engine_is_served_too()
    {
        using var folder = new TemporaryFolder();
        using var model = SampleModels.Random(sample.Config, 1);
        EngineSamples.Write(model, folder.Path, "f32");
        var engine = new WatchedEngine(TorchEngine.Load(folder.Path, positions: 200));
        var scheduler = SchedulerSample.Scheduler(engine, new() { PromptTokensPerPass = 7, PromptTokensBesideDecoding = 7 });
        var options = Greedy with { MaximumTokens = 12, Samples = 2, LogProbabilities = 2 };
        var calls = Enumerable.Range(0, 6).Select(i => scheduler.CompleteAsync(Tokens(i % 2, 20 + i), options, Cancellation)).ToArray();
        var embedding = scheduler.EmbedAsync([Tokens(1, 20)], cancellation: Cancellation);
        await Task.WhenAll([embedding, .. calls]);
        await scheduler.DisposeAsync();
        Assert.Equal(200, engine.FreeAtTheEnd);
        for (var i = 0; i < calls.Length; i++)
        {
            var expected = sample.Alone(Tokens(i % 2, 20 + i), options);
            foreach (var (one, other) in expected.Zip(await calls[i]))
            {
                // Other sums round otherwise, so a choice between two nearly equal tokens may differ.
                var place = one.Ids.Zip(other.Ids).TakeWhile(pair => pair.First == pair.Second).Count();
                Assert.True(place == one.Ids.Count || one.LogProbabilities![place].Top is [var best, var next] && best.LogProbability - next.LogProbability < 1e-3);
            }
        }
    }

    [Fact]
    public async Task Latencies_are_counted()
    {
        var scheduler = SchedulerSample.Scheduler(sample.Engine(320));
        await scheduler.CompleteAsync([12], Greedy with { Samples = 2 }, Cancellation);
        await foreach (var _ in scheduler.GenerateAsync([12], Greedy with { MaximumTokens = 0, Samples = 3 }, Cancellation))
        {
        }

        await scheduler.DisposeAsync();
        var statistics = scheduler.Statistics;
        Assert.Equal((1L, 38L, 40L), (statistics.TimeToFirstToken.Count, statistics.InterTokenTime.Count, statistics.GeneratedTokens));
        Assert.True(statistics.TimeToFirstToken.Sum > 0);
        Assert.Equal(statistics.InterTokenTime.Counts.Order(), statistics.InterTokenTime.Counts);
        Assert.InRange(statistics.InterTokenTime.Counts[^1], 1, 38);
    }

    /// <summary>No text of the model ends by itself.</summary>
    private static Dictionary<int, double> Endless()
        => SchedulerSample.EndIds.Append(SchedulerSample.Tokenizer.EndOfTextId).ToDictionary(id => id, _ => double.NegativeInfinity);

    private static int[] Tokens(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(20, 320))];
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(1, Cancellation);
        }
    }

    private WatchedEngine Watched(PassGate gate, int positions) => new(sample.Engine(positions)) { BeforePass = gate.Enter };
}
