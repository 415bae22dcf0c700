using CsCheck;
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

    [Fact]
    public void Published_sizes_give_the_published_parameter_counts()
    {
        Assert.Equal(7_298_617_344, Olmo2_7B.Parameters);
        Assert.Equal(13_716_198_400, (Olmo2_7B with { HiddenSize = 5120, IntermediateSize = 13_824, Layers = 40, Heads = 40 }).Parameters);
        Assert.Equal(1_484_916_736, (Olmo2_7B with { HiddenSize = 2048, IntermediateSize = 8192, Layers = 16, Heads = 16 }).Parameters);
        Assert.Equal(32_234_279_936, (Olmo2_7B with { HiddenSize = 5120, IntermediateSize = 27_648, Layers = 64, Heads = 40, KeyValueHeads = 8 }).Parameters);
    }

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
