using CsCheck;
using OlmoSharp.Models.Presets;
using OlmoSharp.Models.Tests.Reference;
using Xunit;

namespace OlmoSharp.Models.Tests;

public sealed class RopeScalingTests
{
    private static readonly ModelConfig Olmo2 = ModelPresets.Get("olmo2-7b");

    [Fact]
    public void Frequencies_are_those_of_the_published_formulas()
        => SampleModels.Configs.Where(config => config.RopeScaling is not null).Sample(config =>
        {
            var (expected, factor) = ReferenceModel.Frequencies(config);
            var actual = RopeScaling.Frequencies(config);
            Assert.Equal(factor, config.RopeScaling!.EffectiveAttentionFactor, 1e-12);
            Assert.Equal(expected.Length, actual.Length);
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-12 * pair.First));
        });

    [Fact]
    public void Yarn_has_the_attention_factor_that_is_published_for_eight()
        // The config.json of OLMo 3 7B states it beside its factor.
        => Assert.Equal(1.2079441541679836, new RopeScaling { Type = RopeScalingType.Yarn, Factor = 8 }.EffectiveAttentionFactor, 1e-15);

    [Theory]
    [InlineData(RopeScalingType.Yarn)]
    [InlineData(RopeScalingType.Llama3)]
    public void High_frequencies_stay_and_low_ones_are_divided(RopeScalingType type)
    {
        var config = Olmo2 with { ContextLength = 65_536, RopeScaling = new() { Type = type, Factor = 8, OriginalContextLength = 8192 } };
        var plain = RopeScaling.Frequencies(config with { RopeScaling = null });
        var scaled = RopeScaling.Frequencies(config);
        var ratios = plain.Zip(scaled, (a, b) => a / b).ToArray();
        Assert.Equal(1, ratios[0], 1e-12);
        Assert.Equal(8, ratios[^1], 1e-12);
        Assert.Equal(ratios.Order(), ratios);
        Assert.Contains(ratios, ratio => ratio is > 1.5 and < 7.5);
    }

    [Fact]
    public void Yarn_begins_and_ends_where_dimensions_turn_32_times_and_once()
    {
        // Of 128 dimensions with θ = 500,000 in 8,192 positions: pair 18 turns 8192·θ^(−36/128)/2π = 32.5 times, pair 19 26.5; pair 34 turns 1.22 times, pair 35 0.997.
        var config = Olmo2 with { RopeScaling = new() { Type = RopeScalingType.Yarn, Factor = 4, OriginalContextLength = 8192 } };
        var ratios = RopeScaling.Frequencies(config with { RopeScaling = null }).Zip(RopeScaling.Frequencies(config), (a, b) => a / b).ToArray();
        Assert.Equal(1, ratios[18], 1e-12);
        Assert.True(ratios[19] > 1.01, string.Join(" ", ratios));
        Assert.True(ratios[34] < 3.99, string.Join(" ", ratios));
        Assert.Equal(4, ratios[35], 1e-12);
    }

    public static TheoryData<RopeScaling, string> Mistakes { get; } = new()
    {
        { new() { Type = RopeScalingType.Linear, Factor = 0.5 }, "rope_scaling.factor is 0.5" },
        { new() { Type = RopeScalingType.Linear, Factor = double.NaN }, "rope_scaling.factor is NaN" },
        { new() { Type = RopeScalingType.Llama3, Factor = 8 }, "rope_scaling.original_context_length is 0" },
        { new() { Type = RopeScalingType.Yarn, Factor = 8, OriginalContextLength = -1 }, "rope_scaling.original_context_length is -1" },
        { new() { Type = RopeScalingType.Yarn, Factor = 8, BetaFast = 1 }, "rope_scaling.beta_fast is 1" },
        { new() { Type = RopeScalingType.Yarn, Factor = 8, AttentionFactor = 0 }, "rope_scaling.attention_factor is 0" },
        { new() { Type = RopeScalingType.Llama3, Factor = 8, OriginalContextLength = 8, HighFrequencyFactor = 1 }, "rope_scaling.high_frequency_factor is 1" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Numbers_that_describe_no_scaling_are_named(RopeScaling scaling, string problem)
        => Assert.Contains(problem, Assert.Throws<ModelException>((Olmo2 with { RopeScaling = scaling }).Validate).Message, StringComparison.Ordinal);
}
