using OlmoSharp.Models;
using OlmoSharp.Models.Tests.Reference;
using OlmoSharp.Torch.Operators;
using static OlmoSharp.Benchmarks.Measurement;
using static TorchSharp.torch;

namespace OlmoSharp.Benchmarks;

/// <summary>What the parts of a sparse training step take, each run alone, forward and back, at the step's shapes.</summary>
internal static class MixtureParts
{
    private sealed record Part(string Name, double Seconds, double Gflop);

    public static void Write(ModelConfig config, int batch, int sequence, int rounds, double step, double update)
    {
        using var scope = NewDisposeScope();
        var sgemm = Median(Enumerable.Range(0, rounds).Select(_ => SgemmGflop / SgemmSeconds()));
        List<Part> parts =
        [
            .. new[] { Experts(config, batch * sequence, rounds), Router(config, batch * sequence, rounds), Attention(config, batch, sequence, rounds) }
                .Select(part => part with { Seconds = part.Seconds * config.Layers, Gflop = part.Gflop * config.Layers }),
            Head(config, batch * sequence, rounds),
            new("optimizer: norm, AdamW, clearing", update, 0),
        ];
        parts.Add(new("the rest: norms, residuals, embedding, adding up gradients", step - parts.Sum(part => part.Seconds), 0));
        var loop = Loop(config, batch, sequence, rounds) * config.Layers;
        Console.WriteLine("| part | ms a step | share | GFLOP/s | of sgemm |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var part in parts)
        {
            var rate = part.Gflop / part.Seconds;
            Console.WriteLine(
                $"| {part.Name} | {part.Seconds * 1e3:0.0} | {part.Seconds / step:0.0%} | {(rate > 0 ? $"{rate:0.0}" : "")} | {(rate > 0 ? $"{rate / sgemm:0.00}" : "")} |");
        }

        Console.WriteLine($"the loop's routers and experts: {loop * 1e3:0.0} ms a step; sgemm {sgemm:0.0} GFLOP/s");
    }

    private static Part Experts(ModelConfig config, int tokens, int rounds)
    {
        long hidden = config.HiddenSize, width = config.IntermediateSize, experts = config.Experts;
        var (input, gateAndUp, down) = (Leaf(tokens, hidden), Leaf(experts * 2 * width, hidden), Leaf(experts * hidden, width));
        var (weights, choices) = rand(tokens, experts).topk(config.ExpertsPerToken);
        weights.requires_grad_(true);
        var assignment = ExpertAssignment.Sort(choices, config.Experts);
        return new(
            "experts: gather, products, SwiGLU, weighted sum",
            Time(() => FusedExperts.Apply(input, gateAndUp, down, weights, assignment), [input, gateAndUp, down, weights], rounds),
            18e-9 * hidden * width * config.ExpertsPerToken * tokens);
    }

    private static Part Router(ModelConfig config, int tokens, int rounds)
    {
        var (input, gate) = (Leaf(tokens, config.HiddenSize), Leaf(config.Experts, config.HiddenSize));
        return new(
            "router: product, softmax, top-k, sorting",
            Time(
                () =>
                {
                    var (weights, choices) = nn.functional.softmax(nn.functional.linear(input, gate), -1).topk(config.ExpertsPerToken);
                    ExpertAssignment.Sort(choices, config.Experts);
                    return weights;
                },
                [input, gate], rounds),
            6e-9 * config.HiddenSize * config.Experts * tokens);
    }

    private static Part Attention(ModelConfig config, int batch, int sequence, int rounds)
    {
        long hidden = config.HiddenSize;
        var shape = new AttentionShape(config.Heads, config.EffectiveKeyValueHeads, config.HeadSize);
        var (input, projection, output) = (Leaf(batch, sequence, hidden), Leaf(shape.Width, hidden), Leaf(hidden, hidden));
        var (queryNorm, keyNorm) = (Leaf(shape.QueryWidth), Leaf(shape.KeyValueWidth));
        var angles = rand(sequence, config.HeadSize / 2);
        var (cosine, sine) = (angles.cos(), angles.sin());
        return new(
            "attention: projections, QK-norm, scores",
            Time(
                () =>
                {
                    var (query, key, value) = FusedRotaryAttentionInput.Apply(
                        nn.functional.linear(input, projection), shape, cosine, sine, 0, queryNorm, keyNorm, config.NormEpsilon);
                    var attended = nn.functional.scaled_dot_product_attention(
                        query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2), is_casual: true);
                    return nn.functional.linear(attended.transpose(1, 2).reshape(batch, sequence, hidden), output);
                },
                [input, projection, output, queryNorm, keyNorm], rounds),
            (24e-9 * hidden * hidden + 12e-9 * hidden * sequence) * batch * sequence);
    }

    private static Part Head(ModelConfig config, int tokens, int rounds)
    {
        var (hidden, weight) = (Leaf(tokens, config.HiddenSize), Leaf(config.VocabularySize, config.HiddenSize));
        var targets = randint(0, config.VocabularySize, [tokens], ScalarType.Int64);
        return new(
            "head: product, softmax, loss",
            Time(() => LinearCrossEntropy.Apply(hidden, weight, targets, 1, 1e-5).Total, [hidden, weight], rounds),
            6e-9 * config.HiddenSize * config.VocabularySize * tokens);
    }

    private static double Loop(ModelConfig config, int batch, int sequence, int rounds)
    {
        long hidden = config.HiddenSize, width = config.IntermediateSize;
        var weights = new Dictionary<string, Tensor> { ["model.layers.0.mlp.gate.weight"] = Leaf(config.Experts, hidden) };
        for (var expert = 0; expert < config.Experts; expert++)
        {
            var name = $"model.layers.0.mlp.experts.{expert}";
            weights[$"{name}.gate_proj.weight"] = Leaf(width, hidden);
            weights[$"{name}.up_proj.weight"] = Leaf(width, hidden);
            weights[$"{name}.down_proj.weight"] = Leaf(hidden, width);
        }

        var (input, peer) = (Leaf(batch, sequence, hidden), new PerExpertLoopModel(config, weights));
        return Time(() => peer.FeedForward(input, 0).Output, [input, .. weights.Values], rounds);
    }

    private static Tensor Leaf(params long[] shape) => (randn(shape) * 0.02).requires_grad_(true);

    /// <summary>Median seconds forward and back.</summary>
    private static double Time(Func<Tensor> forward, IReadOnlyList<Tensor> leaves, int rounds)
    {
        List<double> seconds = [];
        for (var round = -2; round < rounds; round++)
        {
            var time = Seconds(() =>
            {
                using var scope = NewDisposeScope();
                var output = forward();
                output.backward([ones_like(output)]);
            });
            foreach (var leaf in leaves)
            {
                leaf.grad = null;
            }

            if (round >= 0)
            {
                seconds.Add(time);
            }
        }

        return Median(seconds);
    }
}
