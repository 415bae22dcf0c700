using CsCheck;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Models.Tests.Reference;
using OlmoSharp.Torch.Operators;
using Xunit;
using static OlmoSharp.Models.Tests.SampleModels;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Tests;

/// <summary>A sparse model in training against a loop over experts of standard operators in float64, itself held against scalar loops.</summary>
public sealed class SparseTrainingTests
{
    private const double LearningRate = 3e-3, Beta1 = 0.9, Beta2 = 0.95, Epsilon = 1e-8, ZLoss = 1e-4;

    private static readonly ModelConfig Sparse = new()
    {
        VocabularySize = 61,
        HiddenSize = 32,
        IntermediateSize = 24,
        Layers = 2,
        Heads = 4,
        Experts = 8,
        ExpertsPerToken = 2,
        ContextLength = 32,
        RopeTheta = 10_000,
        NormPlacement = NormPlacement.BeforeSublayer,
        NormEpsilon = 1e-5,
    };

    private static readonly Gen<ModelConfig> OlmoeConfigs = Configs.Where(config => config.Family == ModelFamily.Olmoe)
        .Select(config => config with { TiedEmbeddings = false, KeyValueHeads = 0, RopeScaling = null, ClipQkv = null });

    [Fact]
    public void The_loop_s_loss_is_that_of_the_plain_reference()
        => Gen.Select(OlmoeConfigs, Gen.Int[1, 12], Gen.Int).Sample(
            (config, length, seed) =>
            {
                using var scope = NewDisposeScope();
                using var model = SampleModels.Random(config, seed);
                var random = new Random(seed);
                long[] tokens = random.Tokens(length, config.VocabularySize), targets = random.Tokens(length, config.VocabularySize);
                var loss = new PerExpertLoopModel(config, Leaves(model)).Loss(tensor(tokens, [1, length]), tensor(targets, [1, length]), ZLoss);
                Close([new ReferenceModel(config, Weights(model)).Loss(tokens, targets, ZLoss) / length], loss.ToDoubles(), 1e-6);
            },
            iter: 20, threads: 1);

    public static TheoryData<int, int, bool, int, int> Shapes => new()
    {
        // experts, experts per token, renormalised, batch, sequence
        { 8, 2, false, 4, 24 },
        { 8, 2, true, 4, 24 },
        { 6, 6, false, 2, 16 },
        { 1, 1, false, 2, 16 },
        { 16, 1, false, 1, 6 }, // most experts have no token
        { 8, 3, false, 1, 1 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Twenty_steps_of_AdamW_follow_the_loop_s_loss_curve(int experts, int choices, bool renormalise, int batch, int sequence)
    {
        using var scope = NewDisposeScope();
        var config = Sparse with { Experts = experts, ExpertsPerToken = choices, RenormaliseExpertWeights = renormalise };
        var tokens = tensor(new Random(21).Tokens(batch * sequence, config.VocabularySize), [batch, sequence]);
        var targets = tokens.roll(-1, 1);
        var expected = LoopLosses(config, tokens, targets);
        var actual = Losses(config, tokens, targets);
        Close(expected, actual, 2e-5, "loss");
        Assert.True(actual[^1] < actual[0] - 0.2, $"the loss only went from {actual[0]} to {actual[^1]}");
    }

    private static Transformer NewModel(ModelConfig config) => SampleModels.Random(config, seed: 22);

    private static double[] Losses(ModelConfig config, Tensor tokens, Tensor targets)
    {
        using var model = NewModel(config);
        var parameters = model.Parameters;
        parameters.EnableGradients();
        Tensor[] first = parameters.NewVectors(), second = parameters.NewVectors();
        var losses = new double[20];
        for (var step = 0; step < losses.Length; step++)
        {
            using var scope = NewDisposeScope();
            var loss = model.Loss(tokens, targets, 1.0 / tokens.numel(), ZLoss).Total;
            losses[step] = loss.ToDoubles()[0];
            loss.backward();
            using var _ = no_grad();
            for (var group = 0; group < first.Length; group++)
            {
                FusedAdamW.Step(
                    new([parameters.Vectors[group]], [parameters.Gradients[group]], [first[group]], [second[group]], [tensor(step + 1f)]),
                    LearningRate, Beta1, Beta2, 0, Epsilon);
                parameters.Gradients[group].zero_();
            }
        }

        return losses;
    }

    private static double[] LoopLosses(ModelConfig config, Tensor tokens, Tensor targets)
    {
        using var model = NewModel(config);
        var weights = Leaves(model);
        var moments = weights.ToDictionary(pair => pair.Key, pair => (First: zeros_like(pair.Value), Second: zeros_like(pair.Value)));
        var losses = new double[20];
        for (var step = 0; step < losses.Length; step++)
        {
            using var scope = NewDisposeScope();
            var loss = new PerExpertLoopModel(config, weights).Loss(tokens, targets, ZLoss);
            losses[step] = loss.ToDoubles()[0];
            loss.backward();
            using var _ = no_grad();
            foreach (var (name, weight) in weights)
            {
                var gradient = weight.grad ?? zeros_like(weight);
                var (first, second) = moments[name];
                first.mul_(Beta1).add_(gradient * (1 - Beta1));
                second.mul_(Beta2).add_(gradient.square() * (1 - Beta2));
                var mean = first / (1 - Math.Pow(Beta1, step + 1));
                var scale = (second / (1 - Math.Pow(Beta2, step + 1))).sqrt() + Epsilon;
                weight.sub_(mean / scale * LearningRate);
                weight.grad?.zero_();
            }
        }

        return losses;
    }

    private static Dictionary<string, Tensor> Leaves(Transformer model)
        => ModelFolder.NamedTensors(model).ToDictionary(pair => pair.Name, pair => pair.Tensor.detach().to_type(ScalarType.Float64).requires_grad_(true));
}
