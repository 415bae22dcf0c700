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
/// library and against a loop over experts of standard operators with TorchSharp's own AdamW, measured in turn in one run: step, product,
/// the loop's step, product, …
/// </summary>
internal static class MixtureBenchmark
{
    private sealed record Round(double Step, double Update, double Product, double PeerStep, double PeerProduct, double Difference);

    public static void Run(bool isSmoke)
    {
        TorchBackend.EnsureLoaded();
        var (batch, sequence, rounds) = isSmoke ? (2, 64, 2) : (4, 512, 11);
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
        Console.WriteLine(
            $"threads {TorchBackend.Threads}; medians of {rounds} rounds; hidden {config.HiddenSize}, {config.Layers} layers of {config.Experts} experts of width "
            + $"{config.IntermediateSize}, {config.ExpertsPerToken} a token, vocabulary {config.VocabularySize}, {batch} × {sequence} tokens a step; "
            + $"{config.Parameters / 1e6:0.0} M parameters, {config.ActiveParameters / 1e6:0.0} M active");
        var measured = Steps(config, batch, sequence, rounds);
        var tokens = batch * sequence;
        var flops = (double)config.TrainingFlopsPerToken(sequence) * tokens / 1e9;
        Console.WriteLine("| step | tokens/s | active GFLOP/s | sgemm GFLOP/s | ratio | best ratio |");
        Console.WriteLine("|---|---|---|---|---|---|");
        WriteRow("OlmoSharp", round => round.Step, round => round.Product);
        WriteRow("loop over experts", round => round.PeerStep, round => round.PeerProduct);
        Console.WriteLine($"largest difference of the two losses: {measured.Max(round => round.Difference):0.0e0}");
        Console.WriteLine();
        MixtureParts.Write(config, batch, sequence, rounds, Median(measured.Select(round => round.Step)), Median(measured.Select(round => round.Update)));

        void WriteRow(string name, Func<Round, double> step, Func<Round, double> product)
        {
            var ratios = measured.Select(round => flops / step(round) / (SgemmGflop / product(round))).ToList();
            var seconds = Median(measured.Select(step));
            Console.WriteLine(
                $"| {name} | {tokens / seconds:#,0} | {flops / seconds:0.0} | {SgemmGflop / Median(measured.Select(product)):0.0} | {Median(ratios):0.00} | {ratios.Max():0.00} |");
        }
    }

    private static List<Round> Steps(ModelConfig config, int batch, int sequence, int rounds)
    {
        using var model = new Transformer(config);
        model.Initialize(seed: 1);
        model.Parameters.EnableGradients();
        using var optimizer = new AdamW(model.Parameters, new OptimizerConfig { WeightDecay = 0 });
        using var scope = NewDisposeScope();
        var peerParameters = ModelFolder.NamedTensors(model)
            .Select(pair => (pair.Name, Value: new TorchSharp.Modules.Parameter(pair.Tensor.detach().clone()))).ToList();
        var peer = new PerExpertLoopModel(config, peerParameters.ToDictionary(pair => pair.Name, pair => (Tensor)pair.Value));
        using var peerOptimizer = optim.AdamW(peerParameters.Select(pair => pair.Value), 1e-3, 0.9, 0.95, weight_decay: 0);
        using var generator = new Generator(1);
        List<Round> measured = [];
        for (var round = -2; round < rounds; round++)
        {
            using var inner = NewDisposeScope();
            var tokens = randint(0, config.VocabularySize, [batch, sequence], ScalarType.Int64, generator: generator);
            var targets = tokens.roll(-1, 1);
            double loss = 0, peerLoss = 0, update = 0;
            var step = Seconds(() =>
            {
                using var steps = NewDisposeScope();
                var result = model.Loss(tokens, targets, 1.0 / tokens.numel(), 1e-5);
                result.Total.backward();
                update = Seconds(() => optimizer.Step(1e-3, optimizer.GradientNorm()));
                loss = result.Total.item<float>();
            });
            var product = SgemmSeconds();
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
            if (round >= 0)
            {
                measured.Add(new(step, update, product, peerStep, SgemmSeconds(), Math.Abs(loss - peerLoss)));
            }
        }

        return measured;
    }
}
