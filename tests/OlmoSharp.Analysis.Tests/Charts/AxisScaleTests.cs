using CsCheck;
using OlmoSharp.Analysis.Charts;
using Xunit;

namespace OlmoSharp.Analysis.Tests.Charts;

public class AxisScaleTests
{
    private static readonly Gen<double> Any = Gen.OneOf(Gen.Double[-1e3, 1e3], Gen.Double[-1e-9, 1e-9], Gen.Double[-1e18, 1e18], Gen.Const(0.0), Gen.Const(5.0), Gen.Const(-1e299));

    [Fact]
    public void A_linear_scale_shows_every_value_and_a_handful_of_distinct_ticks() => Gen.Select(Any.Array[0, 5], Gen.Bool).Sample((values, hasMargin) =>
    {
        var scale = AxisScale.Fit(values, isLogarithmic: false, tickCount: 6, hasMargin);
        Assert.All(values, value => Assert.InRange(scale.Position(value), -1e-9, 1 + 1e-9));
        AssertTicks(scale);
        Assert.Equal(scale.Labels.Count, scale.Labels.Distinct().Count());
    });

    [Fact]
    public void A_logarithmic_scale_gives_equal_ratios_equal_distances() =>
        Gen.Select(Gen.Double[-290.0, 290.0], Gen.Double[0.0, 8.0], Gen.Bool).Sample((exponent, decades, hasMargin) =>
        {
            var (low, high) = (Math.Pow(10, exponent), Math.Pow(10, exponent + decades));
            var scale = AxisScale.Fit([low, high], isLogarithmic: true, tickCount: 6, hasMargin);
            var middle = scale.Position(Math.Sqrt(low) * Math.Sqrt(high));
            Assert.Equal((scale.Position(low) + scale.Position(high)) / 2, middle, 1e-6);
            Assert.InRange(scale.Position(low), -1e-9, 1 + 1e-9);
            Assert.InRange(scale.Position(high), -1e-9, 1 + 1e-9);
            AssertTicks(scale);
        });

    [Fact]
    public void Linear_ticks_are_the_round_numbers_one_would_draw()
    {
        var scale = AxisScale.Fit([0.13, 0.97], isLogarithmic: false, tickCount: 6, hasMargin: true);
        Assert.Equal([0, 0.2, 0.4, 0.6, 0.8, 1.0], scale.Ticks);
        Assert.Equal(["0", "0.2", "0.4", "0.6", "0.8", "1.0"], scale.Labels);
        Assert.Equal(["0", "20k", "40k", "60k"], AxisScale.Fit([1, 60000], isLogarithmic: false, tickCount: 4, hasMargin: false).Labels);
        Assert.Equal(["1", "10", "100", "1k", "10k"], AxisScale.Fit([1, 20000], isLogarithmic: true, tickCount: 6, hasMargin: false).Labels);
    }

    private static void AssertTicks(AxisScale scale)
    {
        Assert.InRange(scale.Ticks.Count, 1, 14);
        Assert.All(scale.Ticks, tick => Assert.InRange(scale.Position(tick), -1e-9, 1 + 1e-9));
        Assert.Equal(scale.Ticks.Order().Distinct(), scale.Ticks);
    }
}
