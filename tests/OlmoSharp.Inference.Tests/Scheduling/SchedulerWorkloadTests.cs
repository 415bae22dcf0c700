using CsCheck;
using OlmoSharp.Inference.Constraints;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Scheduling;
using OlmoSharp.Inference.Scoring;
using Xunit;

namespace OlmoSharp.Inference.Tests.Scheduling;

/// <summary>Random requests at random times against each request alone.</summary>
public sealed class SchedulerWorkloadTests(SchedulerSample sample) : IClassFixture<SchedulerSample>
{
    private static readonly OutputConstraint Constraint = OutputConstraint.JsonSchema("""{"type": "array", "items": {"type": "boolean"}, "maxItems": 3}""", SchedulerSample.Tokenizer);

    private static readonly Gen<GenerationOptions> Options = Gen.Select(
        Gen.Int[1, 40], Gen.OneOf(0.0, 0.0, 1.0), Gen.OneOf(1, 1, 1, 2, 4), Gen.Int[0, 7], Gen.Int[0, 5],
        (tokens, temperature, samples, kind, seed) => new GenerationOptions
        {
            MaximumTokens = tokens,
            Samples = samples,
            Sampling = new() { Temperature = temperature, Seed = seed, RepetitionPenalty = kind == 1 ? 1.3 : 1, FrequencyPenalty = kind == 2 ? 0.5 : 0 },
            StopStrings = kind == 3 ? ["e", "ber"] : [],
            LogProbabilities = kind == 4 ? 2 : null,
            Constraint = kind == 5 ? Constraint : null,
        });

    // Prompts of few families, so that beginnings are shared.
    private static readonly Gen<Call> Calls = Gen.Select(
        Gen.Int[1, 90], Gen.Int[0, 2], Gen.Int[0, 90], Options, Gen.Int[0, 12], Gen.OneOf(-1, -1, -1, -1, 0, 1, 3), Gen.Select(Gen.OneOf(0, 0, 0, 3), Gen.Int[0, 9]),
        (length, family, turn, options, delay, cancelAfter, more) => new Call(Prompt(length, family, turn), options, delay, cancelAfter, more.Item1, Kind: more.Item2));

    private static readonly Gen<Workload> Workloads = Gen.Select(
        Calls.Array[1, 10], Gen.Int[4, 12], Gen.Int[1, 6], Gen.Int[1, 40], Gen.OneOf<int?>([null, 0, 64]), Gen.Int[1, 8],
        (calls, blocks, running, prompts, prefixes, buffer) => new Workload(calls, 32 * blocks, new()
        {
            MaximumRunning = running,
            PromptTokensPerPass = 2 * prompts,
            PromptTokensBesideDecoding = prompts,
            PrefixCachePositions = prefixes,
            BufferedSteps = buffer,
        }));

    /// <summary>How often the properties are tried; a longer run is for one who looks for races.</summary>
    private static int Iterations { get; } = int.TryParse(Environment.GetEnvironmentVariable("OLMO_SCHEDULER_ITERATIONS"), out var count) ? count : 15;

    [Fact]
    public void Every_answer_is_that_of_the_request_alone_and_nothing_is_left() => Workloads.Sample(
        workload =>
        {
            var engine = new WatchedEngine(sample.Engine(workload.Positions));
            var scheduler = SchedulerSample.Scheduler(engine, workload.Options);
            Task.WaitAll([.. workload.Calls.Select(call => Task.Run(() => CheckAsync(scheduler, engine.Positions, call)))], TestContext.Current.CancellationToken);
            Task.Run(async () => await scheduler.DisposeAsync()).Wait(TestContext.Current.CancellationToken);
            Assert.Equal(engine.Positions, engine.FreeAtTheEnd);
            var statistics = scheduler.Statistics;
            Assert.Equal((0, 0, 0, 0L), (statistics.Running, statistics.Waiting, statistics.Paused, statistics.Failed));
            return true;
        },
        iter: Iterations, threads: 1);

    private static int[] Prompt(int length, int family, int turn)
    {
        var tokens = Enumerable.Range(0, length).Select(i => (17 * i * (family + 1) + 11) % 300 + 20).ToArray();
        if (turn < length)
        {
            tokens[turn] = 10;
        }

        return tokens;
    }

    private async Task CheckAsync(RequestScheduler scheduler, int positions, Call call)
    {
        for (var i = 0; i < call.Delay; i++)
        {
            await Task.Delay(1);
        }

        if (call.Kind < 2)
        {
            await CheckJobAsync(scheduler, positions, call);
            return;
        }

        if ((call.Prompt.Length + call.Options.MaximumTokens - 1 + 31) / 32 * 32 > positions)
        {
            Assert.Contains("cached positions", Assert.Throws<InferenceException>(() => scheduler.GenerateAsync(call.Prompt, call.Options)).Message, StringComparison.Ordinal);
            return;
        }

        using var cancellation = new CancellationTokenSource();
        List<GenerationStep> steps = [];
        try
        {
            if (call.CancelAfter == 0)
            {
                cancellation.CancelAfter(2);
            }

            await foreach (var step in scheduler.GenerateAsync(call.Prompt, call.Options, cancellation.Token))
            {
                steps.Add(step);
                if (steps.Count == call.CancelAfter)
                {
                    return;
                }

                if (call.SlowEvery > 0 && steps.Count % call.SlowEvery == 0)
                {
                    await Task.Delay(2);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }

        var expected = sample.Alone(call.Prompt, call.Options);
        var actual = GenerationResult.Collect(steps, call.Options);
        Assert.Equal(expected.Count, actual.Count);
        foreach (var (one, other) in expected.Zip(actual))
        {
            Assert.Equal((one.Text, one.Finish), (other.Text, other.Finish));
            Assert.Equal(one.Ids, other.Ids);
            Assert.Equal(Numbers(one), Numbers(other));
        }

        static IEnumerable<double> Numbers(GenerationResult result) =>
            result.LogProbabilities is { } all ? all.SelectMany(each => each.Top.Append(each.Chosen)).Select(token => token.LogProbability) : [];
    }

    /// <summary>Scores (kind 0) or embeds (kind 1) beginnings of the prompt.</summary>
    private async Task CheckJobAsync(RequestScheduler scheduler, int positions, Call call)
    {
        if ((call.Prompt.Length + 31) / 32 * 32 > positions)
        {
            return;
        }

        int[][] beginnings = [.. Enumerable.Range(1, call.Prompt.Length).Where(length => length % 7 == call.Delay % 7).Select(length => call.Prompt[..length])];
        var pairs = beginnings.Select((context, i) => new ContinuationPair(context, call.Prompt[..Math.Min(1 + i, 160 - context.Length)]))
            .Where(pair => pair.Context.Count + pair.Continuation.Count <= call.Prompt.Length).ToArray();
        using var cancellation = new CancellationTokenSource();
        var job = call.Kind == 0 ? scheduler.ScoreAsync(pairs, cancellation.Token) : (Task)scheduler.EmbedAsync(beginnings, cancellation: cancellation.Token);
        if (call.CancelAfter == 0)
        {
            cancellation.CancelAfter(1);
        }

        try
        {
            await job;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }

        using var engine = sample.Engine(160);
        if (job is Task<IReadOnlyList<ContinuationScore>> scores)
        {
            Assert.Equal(pairs.SelectMany(pair => new LikelihoodScorer(engine).Score([pair])[0].LogProbabilities), (await scores).SelectMany(score => score.LogProbabilities));
        }
        else
        {
            await using var alone = SchedulerSample.Scheduler(sample.Engine(160));
            foreach (var (beginning, vector) in beginnings.Zip(await (Task<IReadOnlyList<float[]>>)job))
            {
                Assert.Equal((await alone.EmbedAsync([beginning], cancellation: CancellationToken.None))[0], vector);
            }
        }
    }

    private sealed record Call(int[] Prompt, GenerationOptions Options, int Delay, int CancelAfter, int SlowEvery, int Kind)
    {
        public override string ToString() => $"kind {Kind}, {Prompt.Length} tokens, {Options.MaximumTokens} more, {Options.Samples} samples, {(Options.Constraint is null ? "free" : "constrained")}, T {Options.Sampling.Temperature}, after {Delay}, cancel {CancelAfter}, slow {SlowEvery}";
    }

    private sealed record Workload(Call[] Calls, int Positions, SchedulerOptions Options)
    {
        public override string ToString() => $"{Positions} positions, {Options}: {string.Join("; ", Calls.AsEnumerable())}";
    }
}
