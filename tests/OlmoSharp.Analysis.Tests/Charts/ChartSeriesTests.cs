using CsCheck;
using OlmoSharp.Analysis.Charts;
using Xunit;

namespace OlmoSharp.Analysis.Tests.Charts;

public class ChartSeriesTests
{
    private static readonly Gen<double> Values = Gen.OneOf(Gen.Double[-10.0, 10.0], Gen.Const(double.NaN), Gen.Const(double.PositiveInfinity));

    [Fact]
    public void Smoothing_is_the_mean_of_the_finite_values_in_the_window() => Gen.Select(Values.Array[0, 40], Gen.Int[0, 12]).Sample((values, radius) =>
    {
        var smoothed = new ChartSeries("s", [.. values.Select((value, i) => new ChartPoint(i, value))]) { SmoothingRadius = radius }.Smoothed();
        Assert.Equal(values.Length, smoothed.Count);
        for (var i = 0; i < values.Length; i++)
        {
            var half = Math.Min(radius, i);
            var window = values.Where((value, k) => Math.Abs(k - i) <= half && double.IsFinite(value));
            Assert.Equal(i, smoothed[i].X);
            Assert.Equal(double.IsFinite(values[i]) ? window.Average() : values[i], smoothed[i].Y, 1e-9);
        }
    });
}
