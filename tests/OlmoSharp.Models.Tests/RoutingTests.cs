using CsCheck;
using OlmoSharp.Models.Presets;
using OlmoSharp.Models.Tests.Reference;
using Xunit;
using static OlmoSharp.Models.Tests.SampleModels;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Tests;

public sealed class RoutingTests
{
    private static readonly ModelConfig Sparse = ModelPresets.Get("olmoe-1b-7b") with
    {
        Heads = 2,
        KeyValueHeads = 2,
        HiddenSize = 16,
        IntermediateSize = 6,
        Layers = 2,
        VocabularySize = 31,
        ContextLength = 32,
        Experts = 6,
        ExpertsPerToken = 2,
    };

    [Fact]
    public void Logits_and_loads_are_those_of_the_plain_reference()
        => Gen.Select(Configs.Where(config => config.Experts > 0), Gen.Int[1, 12], Gen.Int).Sample(
            (config, length, seed) =>
            {
                using var scope = NewDisposeScope();
                using var model = SampleModels.Random(config, seed);
                var tokens = new Random(seed).Tokens(length, config.VocabularySize);
                using var routing = new Routing();
                model.Hidden(tensor(tokens, [1, length]), routing: routing);
                var reference = new ReferenceModel(config, Weights(model));
                reference.Logits(tokens);
                var expected = reference.RouterLogits.GroupBy(routed => routed.Layer, routed => routed.Logits).ToList();
                Assert.Equal(Enumerable.Range(0, config.Layers), routing.Layers.Select(layer => layer.Layer));
                foreach (var (layer, logits) in routing.Layers.Zip(expected))
                {
                    Close([.. logits.SelectMany(row => row)], layer.Logits.ToDoubles(), 1e-4);
                    Close([.. Loads(logits, config)], layer.ExpertLoad, 1e-9);
                    Assert.Equal(length, layer.Tokens);
                    Assert.Equal(logits.Average(Entropy), layer.MeanEntropy(), 1e-5 * config.Experts);
                }
            },
            iter: 30, threads: 1);

    [Fact]
    public void Balanced_routing_has_a_loss_of_one()
    {
        using var scope = NewDisposeScope();
        using var model = SampleModels.Random(Sparse with { ExpertsPerToken = 6 }, 1);
        using var routing = new Routing();
        model.Hidden(tensor(new Random(1).Tokens(20, 31), [1, 20]), routing: routing);
        Assert.Equal(1, routing.LoadBalancingLoss().ToDoubles()[0], 1e-5);
        Assert.All(routing.Layers, layer => Assert.All(layer.ExpertLoad, load => Assert.Equal(1.0 / 6, load, 1e-12)));
    }

    [Fact]
    public void Dense_models_route_nothing()
    {
        using var scope = NewDisposeScope();
        using var model = SampleModels.Random(Small, 2);
        using var routing = new Routing();
        model.Hidden(zeros([1, 3], ScalarType.Int64), routing: routing);
        Assert.Empty(routing.Layers);
    }

    [Fact]
    public void Experts_nobody_chose_have_zero_gradient()
    {
        using var scope = NewDisposeScope();
        using var model = SampleModels.Random(Sparse with { LoadBalancingCoefficient = 0, RouterZLossCoefficient = 0 }, 3);
        model.Parameters.EnableGradients();
        using var routing = new Routing();
        var token = zeros([1, 1], ScalarType.Int64);
        model.Loss(token, token, 1, 0, routing).Total.backward();
        foreach (var (parameter, i) in model.Parameters.Parameters.Select((parameter, i) => (parameter, i)).Where(pair => pair.parameter.Name.Contains("layers.1.mlp.experts.", StringComparison.Ordinal)))
        {
            using var gradient = model.Parameters.ViewOf(model.Parameters.Gradients, i);
            foreach (var (part, expert) in gradient.ToDoubles().Chunk((int)gradient.numel() / 6).Select((part, expert) => (part, expert)))
            {
                Assert.Equal(routing.Layers[1].ExpertLoad[expert] > 0, part.Any(value => value != 0));
            }
        }
    }

    private static double Entropy(double[] logits)
    {
        var sum = logits.Sum(Math.Exp);
        return logits.Sum(logit => Math.Exp(logit) / sum * Math.Log(sum / Math.Exp(logit)));
    }

    private static IEnumerable<double> Loads(IEnumerable<double[]> logits, ModelConfig config)
    {
        int[] chosen = [.. logits.SelectMany(row => Enumerable.Range(0, config.Experts).OrderByDescending(expert => row[expert]).Take(config.ExpertsPerToken))];
        return Enumerable.Range(0, config.Experts).Select(expert => chosen.Count(choice => choice == expert) / (double)chosen.Length);
    }
}
