using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Native;
using OlmoSharp.Inference.Scheduling;
using OlmoSharp.Inference.Scoring;
using OlmoSharp.Models.Presets;
using OlmoSharp.Tokenization;
using OlmoSharp.Torch.Native;
using static OlmoSharp.Benchmarks.Measurement;
using static TorchSharp.torch;

namespace OlmoSharp.Benchmarks;

/// <summary>
/// What the scheduler makes of an engine: tokens a second of 1, 4 and 16 callers at once against one, and against the bare engine with as many sequences in every pass; prompts beside
/// texts; and likelihood scoring of endings of common beginnings against each pair alone.
/// </summary>
internal static class ServingBenchmark
{
    private const int Tokens = 16;

    private static readonly int[] Callers = [1, 4, 16];

    public static void Run(bool isSmoke)
    {
        TorchBackend.EnsureLoaded();
        var tokenizer = BpeTrainer.Train(["a small tokenizer whose ids are few"], new BpeTrainerOptions { VocabularySize = 280, MinFrequency = 1 });
        var config = ModelPresets.Get("olmo2-1b") with { EndOfTextId = 0, PaddingId = 1, VocabularySize = 32_768, HiddenSize = isSmoke ? 256 : 1024, IntermediateSize = isSmoke ? 512 : 4096, Layers = isSmoke ? 2 : 6, Heads = 8, KeyValueHeads = 8 };
        var folder = Directory.CreateTempSubdirectory("olmosharp-serving-");
        try
        {
            LoadingBenchmark.Write(config, folder.FullName, ScalarType.BFloat16);
            Console.WriteLine($"{config.Parameters:#,0} parameters in bfloat16, {Tokens} greedy tokens a caller; medians of {(isSmoke ? 1 : 3)} rounds");
            Decode(folder.FullName, tokenizer, isSmoke ? 1 : 3);
            Score(folder.FullName, isSmoke);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Decode(string folder, Tokenizer tokenizer, int rounds)
    {
        using var bare = NativeEngine.Load(folder);
        var scheduler = new RequestScheduler(new LoadedModel(NativeEngine.Load(folder), tokenizer, []), new() { PrefixCachePositions = 0 });
        var times = Callers.ToDictionary(callers => callers, _ => new List<(double Scheduler, double Engine)>());
        for (var round = -1; round < rounds; round++)
        {
            foreach (var callers in Callers)
            {
                var measured = (Seconds(() => Serve(scheduler, callers)), Seconds(() => Loop(bare, callers)));
                if (round >= 0)
                {
                    times[callers].Add(measured);
                }
            }
        }

        scheduler.DisposeAsync().AsTask().Wait();
        Console.WriteLine("| callers | tokens/s | against one | of the bare engine |");
        Console.WriteLine("|---|---|---|---|");
        var one = Median(times[1].Select(time => time.Scheduler));
        foreach (var (callers, measured) in times)
        {
            var seconds = Median(measured.Select(time => time.Scheduler));
            Console.WriteLine(
                $"| {callers} | {callers * Tokens / seconds:0.0} | {callers * one / seconds:0.00} | {Median(measured.Select(time => time.Engine / time.Scheduler)):0.00} |");
        }
    }

    private static void Serve(RequestScheduler scheduler, int callers)
    {
        var endless = new Dictionary<int, double> { [scheduler.Tokenizer.EndOfTextId] = double.NegativeInfinity };
        var options = new GenerationOptions { MaximumTokens = Tokens, Sampling = new() { Temperature = 0, LogitBias = endless } };
        Task.WaitAll([.. Enumerable.Range(0, callers).Select(i => scheduler.CompleteAsync([5 + i], options))]);
    }

    private static void Loop(IInferenceEngine engine, int callers)
    {
        var sequences = Enumerable.Range(0, callers).Select(_ => engine.NewSequence()).ToArray();
        var logits = new float[callers * engine.Config.VocabularySize];
        for (var token = 0; token < Tokens; token++)
        {
            engine.Forward([.. sequences.Select((sequence, i) => new EngineInput(sequence, new[] { 5 + i }))], logits);
        }

        Array.ForEach(sequences, sequence => sequence.Dispose());
    }

    private static void Score(string folder, bool isSmoke)
    {
        using var engine = NativeEngine.Load(folder);
        var (questions, beginning) = isSmoke ? (2, 20) : (12, 120);
        ContinuationPair[] pairs = [.. Enumerable.Range(0, 4 * questions).Select(i => new ContinuationPair([.. Numbers(0, beginning), .. Numbers(1 + i / 4, 20)], Numbers(100 + i, 5)))];
        var scorer = new LikelihoodScorer(engine);
        var together = Seconds(() => scorer.Score(pairs));
        var alone = new LikelihoodScorer(engine);
        var apart = Seconds(() => Array.ForEach(pairs, pair => alone.Score([pair])));
        Console.WriteLine();
        Console.WriteLine(
            $"{pairs.Length} pairs of {questions} questions with 4 answers after the same {beginning} tokens: {scorer.TokensComputed} tokens computed of {scorer.TokensAsked}, {together:0.00} s; "
            + $"each pair alone {apart:0.00} s, {apart / together:0.0} × as long");

        static int[] Numbers(int seed, int count)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, count).Select(_ => random.Next(32_000))];
        }
    }
}
