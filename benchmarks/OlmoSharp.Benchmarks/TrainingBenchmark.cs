using System.Diagnostics;
using OlmoSharp.Models;
using OlmoSharp.Torch.Native;
using OlmoSharp.Training.Config;
using OlmoSharp.Training.Optimization;
using static OlmoSharp.Benchmarks.Measurement;
using static TorchSharp.torch;

namespace OlmoSharp.Benchmarks;

/// <summary>
/// Whole training steps (forward, loss, backward, clipping, AdamW) against the float32 matrix product of the same library, measured in
/// turn in one run: step, product, step, product, …
/// </summary>
internal static class TrainingBenchmark
{
    private sealed record Case(int Hidden, int Intermediate, int Heads, int Layers, int Vocabulary, int Batch, int Sequence);

    public static void Run(bool isSmoke)
    {
        Case[] cases = isSmoke
            ? [new(64, 128, 2, 2, 512, 2, 64)]
            : [new(128, 384, 2, 4, 4096, 8, 256), new(256, 1024, 4, 8, 8192, 8, 256), new(512, 2048, 8, 8, 8192, 4, 512)];
        TorchBackend.EnsureLoaded();
        Console.WriteLine($"threads {TorchBackend.Threads}; medians of {(isSmoke ? 2 : 7)} rounds; model FLOPs = 6 N + 12 layers · hidden · sequence a token, N without the input embedding");
        Console.WriteLine("| hidden | layers | batch × sequence | parameters | tokens/s | model GFLOP/s | sgemm GFLOP/s | ratio | best ratio | peak memory, MB |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var shape in cases)
        {
            Measure(shape, isSmoke ? 2 : 7);
        }
    }

    private static void Measure(Case shape, int rounds)
    {
        var config = new ModelConfig
        {
            VocabularySize = shape.Vocabulary,
            HiddenSize = shape.Hidden,
            IntermediateSize = shape.Intermediate,
            Heads = shape.Heads,
            Layers = shape.Layers,
            ContextLength = shape.Sequence,
        };
        using var model = new Transformer(config);
        model.Initialize(seed: 1);
        model.Parameters.EnableGradients();
        using var optimizer = new AdamW(model.Parameters, new OptimizerConfig());
        using var generator = new Generator(1);
        List<(double Step, double Product)> seconds = [];
        for (var round = -2; round < rounds; round++)
        {
            var step = Seconds(() => TrainStep(model, optimizer, shape, generator));
            var product = SgemmSeconds();
            if (round >= 0)
            {
                seconds.Add((step, product));
            }
        }

        var tokens = shape.Batch * shape.Sequence;
        var flops = (double)config.TrainingFlopsPerToken(shape.Sequence) * tokens / 1e9;
        var ratios = seconds.Select(pair => flops / pair.Step / (SgemmGflop / pair.Product)).Order().ToList();
        var stepTime = Median(seconds.Select(pair => pair.Step));
        Console.WriteLine(
            $"| {shape.Hidden} | {shape.Layers} | {shape.Batch} × {shape.Sequence} | {config.Parameters / 1e6:0.0} M | {tokens / stepTime:#,0} | {flops / stepTime:0.0} "
            + $"| {SgemmGflop / Median(seconds.Select(pair => pair.Product)):0.0} | {ratios[ratios.Count / 2]:0.00} | {ratios[^1]:0.00} | {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} |");
    }

    private static void TrainStep(Transformer model, AdamW optimizer, Case shape, Generator generator)
    {
        using var scope = NewDisposeScope();
        var tokens = randint(0, shape.Vocabulary, [shape.Batch, shape.Sequence], ScalarType.Int64, generator: generator);
        var loss = model.Loss(tokens, tokens.roll(-1, 1), 1.0 / (shape.Batch * shape.Sequence), 1e-5);
        loss.Total.backward();
        optimizer.Step(1e-3, optimizer.GradientNorm());
    }
}
