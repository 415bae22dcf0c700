using System.Globalization;
using CsCheck;
using OlmoSharp.Analysis.Charts;
using Xunit;

namespace OlmoSharp.Analysis.Tests.Charts;

public class ChartNumberTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(1.23456, "1.235")]
    [InlineData(-0.00123456, "−0.001235")]
    [InlineData(0.0000123456, "1.235e-5")]
    [InlineData(12345.6, "12,346")]
    [InlineData(999999, "999,999")]
    [InlineData(1234567, "1.235M")]
    [InlineData(999999999, "1B")]
    [InlineData(7e12, "7T")]
    [InlineData(3e20, "3e+20")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "−∞")]
    public void Numbers_read_well(double value, string expected) => Assert.Equal(expected, ChartNumber.Format(value));

    [Fact]
    public void Any_number_keeps_its_first_digits() => Gen.Double.Where(value => double.IsFinite(value) && Math.Abs(value) is > 1e-300 and < 1e300).Sample(value =>
    {
        var text = ChartNumber.Format(value).Replace('−', '-').Replace(",", "", StringComparison.Ordinal);
        var scale = text[^1] switch { 'k' => 1e3, 'M' => 1e6, 'B' => 1e9, 'T' => 1e12, _ => 1 };
        var read = double.Parse(scale == 1 ? text : text[..^1], CultureInfo.InvariantCulture) * scale;
        Assert.Equal(value, read, Math.Abs(value) * 6e-4);
    });
}
