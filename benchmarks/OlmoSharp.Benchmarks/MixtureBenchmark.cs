using OlmoSharp.Models;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Models.Tests.Reference;
using OlmoSharp.Torch.Native;
using OlmoSharp.Training.Config;
using OlmoSharp.Training.Optimization;
using static OlmoSharp.Benchmarks.Measurement;
using static TorchSharp.torch;

namespace OlmoSharp.Benchmarks;

/// <summary>
/// Whole training steps of a sparse model (forward, loss, backward, clipping, AdamW) against the float32 matrix product of the same
/// library and against a loop over experts of standard operators with the library's own AdamW, measured in turn in one run.
/// </summary>
internal static class MixtureBenchmark
{
    static long Faults() => long.Parse(File.ReadAllText("/proc/self/stat").Split(' ')[9]);
    public static void Run(bool isSmoke)
    {
        TorchBackend.EnsureLoaded();
        var (batch, sequence, rounds) = isSmoke ? (2, 64, 2) : (4, 512, 7);
        var config = new ModelConfig
        {
            VocabularySize = isSmoke ? 512 : 8192,
            HiddenSize = isSmoke ? 64 : 512,
            IntermediateSize = isSmoke ? 64 : 512,
            Layers = isSmoke ? 2 : 4,
            Heads = isSmoke ? 2 : 8,
            Experts = 16,
            ExpertsPerToken = 4,
            ContextLength = sequence,
            RopeTheta = 10_000,
            NormPlacement = NormPlacement.BeforeSublayer,
            NormEpsilon = 1e-5,
        };
        using var model = new Transformer(config);
        model.Initialize(seed: 1);
        model.Parameters.EnableGradients();
        using var optimizer = new AdamW(model.Parameters, new OptimizerConfig());
        using var scope = NewDisposeScope();
        var peerParameters = ModelFolder.NamedTensors(model).Select(pair => (pair.Name, Value: new TorchSharp.Modules.Parameter(pair.Tensor.detach().clone()))).ToList();
        var peer = new PerExpertLoopModel(config, peerParameters.ToDictionary(pair => pair.Name, pair => (Tensor)pair.Value));
        using var peerOptimizer = optim.AdamW(peerParameters.Select(pair => pair.Value), 1e-3, weight_decay: 0.1);
        using var generator = new Generator(1);
        List<(double Step, double Optimizer, double Peer, double Product)> times = [];
        for (var round = -2; round < rounds; round++)
        {
            using var inner = NewDisposeScope();
            var tokens = randint(0, config.VocabularySize, [batch, sequence], ScalarType.Int64, generator: generator);
            var targets = tokens.roll(-1, 1);
            double loss = 0, peerLoss = 0, update = 0;
            var step = Seconds(() =>
            {
                using var steps = NewDisposeScope();
                var f0 = Faults();
                var t0 = System.Diagnostics.Stopwatch.GetTimestamp();
                var result = model.Loss(tokens, targets, 1.0 / tokens.numel(), 1e-5);
                var t1 = System.Diagnostics.Stopwatch.GetTimestamp();
                var f1 = Faults();
                result.Total.backward();
                Console.Write($"[fwd {(t1-t0)/1e9:0.000} faults {f1-f0} bwd {System.Diagnostics.Stopwatch.GetElapsedTime(t1).TotalSeconds:0.000} faults {Faults()-f1}] ");
                update = Seconds(() => optimizer.Step(1e-3, optimizer.GradientNorm()));
                loss = result.Total.item<float>();
            });
            var peerStep = Seconds(() =>
            {
                using var steps = NewDisposeScope();
                var total = peer.Loss(tokens, targets, 1e-5);
                total.backward();
                nn.utils.clip_grad_norm_(peerParameters.Select(pair => pair.Value), 1);
                peerOptimizer.step();
                peerOptimizer.zero_grad();
                peerLoss = total.item<float>();
            });
            Console.WriteLine($"{loss} {peerLoss} {step} {update} {peerStep}");
            if (round >= 0)
            {
                times.Add((step, update, peerStep, SgemmSeconds()));
            }
        }

        var flops = (double)config.TrainingFlopsPerToken(sequence) * batch * sequence / 1e9;
        Console.WriteLine($"{flops} {flops/Median(times.Select(t => t.Step))} {SgemmGflop/Median(times.Select(t => t.Product))} ratio {Median(times.Select(t => flops/t.Step/SgemmGflop*t.Product))} peer {Median(times.Select(t => flops/t.Peer/SgemmGflop*t.Product))}");
    }
}
