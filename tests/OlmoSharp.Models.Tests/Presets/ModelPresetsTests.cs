using OlmoSharp.Models.Presets;
using Xunit;

namespace OlmoSharp.Models.Tests.Presets;

public sealed class ModelPresetsTests
{
    [Theory]
    [InlineData("olmo-1b", ModelFamily.Olmo, 1_176_764_416)]
    [InlineData("olmo-7b", ModelFamily.Olmo, 6_888_095_744)]
    [InlineData("olmo-7b-0424", ModelFamily.Olmo, 6_888_095_744)]
    [InlineData("olmo-7b-0724", ModelFamily.Olmo, 6_888_095_744)]
    [InlineData("olmo2-1b", ModelFamily.Olmo2, 1_484_916_736)]
    [InlineData("olmo2-7b", ModelFamily.Olmo2, 7_298_617_344)]
    [InlineData("olmo2-13b", ModelFamily.Olmo2, 13_716_198_400)]
    [InlineData("olmo2-32b", ModelFamily.Olmo2, 32_234_279_936)]
    [InlineData("olmoe-1b-7b", ModelFamily.Olmoe, 6_919_161_856)]
    public void Every_published_model_has_its_parameter_count(string name, ModelFamily family, long parameters)
    {
        var config = ModelPresets.Get(name);
        Assert.Equal(family, config.Family);
        Assert.Equal(parameters, config.Parameters);
        // A second way: the shapes of the tensors, which are described without memory for them.
        Assert.Equal(parameters, Transformer.Describe(config).Sum(parameter => parameter.Count));
        Assert.All(Transformer.Describe(config), parameter => Assert.Equal(parameter.Shape[0], parameter.Slices.Sum(slice => slice.Rows)));
    }

    [Fact]
    public void Active_parameters_are_those_of_eight_experts()
    {
        Assert.Equal(1_282_017_280, ModelPresets.Get("olmoe-1b-7b").ActiveParameters);
        Assert.Equal((ModelPresets.Get("olmoe-1b-7b") with { Experts = 8 }).Parameters + 16 * 56 * 2048, ModelPresets.Get("olmoe-1b-7b").ActiveParameters);
        Assert.Equal(7_298_617_344, ModelPresets.Get("olmo2-7b").ActiveParameters);
    }

    [Fact]
    public void An_unknown_name_is_refused_with_the_known_ones()
        => Assert.All(
            ["olmo3-7b", .. ModelPresets.All.Select(preset => preset.Name)],
            name => Assert.Contains(name, Assert.Throws<ModelException>(() => ModelPresets.Get("olmo3-7b")).Message, StringComparison.Ordinal));

    [Fact]
    public void Names_are_unique_and_tested_above()
    {
        var tested = typeof(ModelPresetsTests).GetMethod(nameof(Every_published_model_has_its_parameter_count))!
            .GetCustomAttributes(typeof(InlineDataAttribute), inherit: false).Cast<InlineDataAttribute>().Select(attribute => attribute.Data[0]);
        Assert.Equal(tested, ModelPresets.All.Select(preset => preset.Name));
    }
}
