using CsCheck;
using OlmoSharp.Models.Presets;
using Xunit;

namespace OlmoSharp.Models.Tests;

public sealed class ModelConfigTests
{
    private static readonly ModelConfig Olmo2_7B = new()
    {
        VocabularySize = 100_352,
        HiddenSize = 4096,
        IntermediateSize = 11_008,
        Layers = 32,
        Heads = 32,
    };

    private static readonly ModelConfig Olmoe = ModelPresets.Get("olmoe-1b-7b");

    private static readonly ModelConfig Olmo7B = ModelPresets.Get("olmo-7b");

    [Fact]
    public void Count_of_a_model_is_that_of_its_weights()
        => SampleModels.Configs.Sample(
            config =>
            {
                using var model = new Transformer(config);
                var weights = SampleModels.Weights(model);
                Assert.Equal(weights.Values.Sum(values => (long)values.Length), config.Parameters);
                Assert.Equal(config.Parameters, model.Parameters.Count);
                Assert.Equal(config.Parameters - weights["model.embed_tokens.weight"].Length, config.NonEmbeddingParameters);
                Assert.Equal(weights.Where(pair => pair.Key.StartsWith("model.layers.0.", StringComparison.Ordinal)).Sum(pair => (long)pair.Value.Length), config.BlockParameters);
            },
            iter: 40, threads: 1);

    [Fact]
    public void Training_costs_six_operations_a_weight_and_twelve_an_attended_width()
        => Assert.Equal(6.0 * (7_298_617_344 - 100_352 * 4096L) + 12.0 * 32 * 4096 * 4096, Olmo2_7B.TrainingFlopsPerToken(4096));

    [Fact]
    public void A_tied_embedding_is_multiplied_once_a_token()
        => Assert.Equal(
            (Olmo2_7B with { TiedEmbeddings = false }).TrainingFlopsPerToken(1), (Olmo2_7B with { TiedEmbeddings = true }).TrainingFlopsPerToken(1));

    public static TheoryData<ModelConfig, string> Mistakes { get; } = new()
    {
        { Olmo2_7B with { VocabularySize = 0 }, "vocabulary_size is 0" },
        { Olmo2_7B with { HiddenSize = -4096 }, "hidden_size is -4096" },
        { Olmo2_7B with { IntermediateSize = 0 }, "intermediate_size is 0" },
        { Olmo2_7B with { Layers = -1 }, "layers is -1" },
        { Olmo2_7B with { Heads = 0 }, "heads is 0" },
        { Olmo2_7B with { ContextLength = 0 }, "context_length is 0" },
        { Olmo2_7B with { HiddenSize = 4095 }, "hidden_size 4095 does not divide into 32 heads" },
        { Olmo2_7B with { HiddenSize = 96, Heads = 32 }, "hidden_size 96 does not divide into 32 heads of an even width" },
        { Olmo2_7B with { KeyValueHeads = 5 }, "heads 32 is not a multiple of key_value_heads 5" },
        { Olmo2_7B with { KeyValueHeads = 64 }, "key_value_heads 64" },
        { Olmo2_7B with { KeyValueHeads = -1 }, "key_value_heads -1" },
        { Olmo2_7B with { RopeTheta = 0 }, "rope_theta is 0" },
        { Olmo2_7B with { RopeTheta = double.NaN }, "rope_theta is NaN" },
        { Olmo2_7B with { NormEpsilon = -1 }, "norm_epsilon is -1" },
        { Olmoe with { Experts = -1 }, "experts is -1" },
        { Olmo2_7B with { Experts = 8 }, "experts_per_token is 0" },
        { Olmo2_7B with { Experts = 8, ExpertsPerToken = 2, QkNorm = false }, "experts 8 together" },
        { Olmoe with { ExpertsPerToken = 65 }, "experts_per_token is 65" },
        { Olmoe with { ExpertsPerToken = 0 }, "experts_per_token is 0" },
        { Olmo7B with { ExpertsPerToken = 1 }, "experts_per_token is 1" },
        { Olmoe with { LoadBalancingCoefficient = -1 }, "load_balancing_coefficient is -1" },
        { Olmoe with { RouterZLossCoefficient = double.NaN }, "router_z_loss_coefficient is NaN" },
        { Olmo7B with { Experts = 8, ExpertsPerToken = 2 }, "experts 8 together" },
        { Olmo2_7B with { ClipQkv = 8 }, "clip_qkv 8" },
        { Olmoe with { ClipQkv = -8 }, "clip_qkv is -8" },
        { Olmo2_7B with { QkNorm = false }, "qk_norm False" },
        { Olmo2_7B with { Norm = NormKind.LayerNorm }, "norm LayerNorm" },
        { Olmo2_7B with { NormPlacement = NormPlacement.BeforeSublayer }, "norm_placement BeforeSublayer" },
        { Olmo7B with { ClipQkv = 0 }, "clip_qkv is 0" },
        { Olmo7B with { ClipQkv = double.NaN }, "clip_qkv is NaN" },
        { Olmo7B with { NormEpsilon = 1e-6 }, "norm_epsilon is 1E-06" },
        { Olmo2_7B with { InitializerRange = double.PositiveInfinity }, "initializer_range" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Every_mistake_is_named(ModelConfig config, string problem)
    {
        var exception = Assert.Throws<ModelException>(config.Validate);
        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
        Assert.Equal(exception.Message, Assert.Throws<ModelException>(() => new Transformer(config)).Message);
    }

    [Fact]
    public void All_mistakes_are_named_at_once()
    {
        var config = Olmo2_7B with { VocabularySize = -1, Layers = 0, Heads = 0, RopeTheta = -1, NormEpsilon = 0 };
        var message = Assert.Throws<ModelException>(config.Validate).Message;
        Assert.All(["vocabulary_size", "layers", "heads", "rope_theta", "norm_epsilon"], name => Assert.Contains(name, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Sound_configs_pass() => SampleModels.Configs.Sample(config => config.Validate());
}
