using System.Globalization;

namespace OlmoSharp.Analysis.Charts;

/// <summary>Writes numbers as a reader of charts and tables wants them.</summary>
public static class ChartNumber
{
    private static readonly (double Size, string Suffix)[] Suffixes = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")];

    /// <summary>
    /// Four significant digits: <c>1.235</c>, <c>0.001235</c>, <c>1.2e-5</c>, <c>12,346</c>, <c>1.235M</c>. Whole numbers below a million are exact.
    /// </summary>
    public static string Format(double value)
    {
        var size = Math.Abs(value);
        return size switch
        {
            0 => "0",
            _ when !double.IsFinite(value) => double.IsNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞",
            < 1e-3 => Text(value, "0.###e+0"),
            < 1e3 => Significant(value),
            < 999_999.5 => Text(value, "#,0"),
            < 999.95e12 => WithSuffix(value, size),
            _ => Text(value, "0.###e+0"),
        };
    }

    /// <summary>The labels of an axis with equal steps: all with the decimals that tell neighbours apart, and the same suffix.</summary>
    public static IReadOnlyList<string> FormatTicks(IReadOnlyList<double> ticks)
    {
        var largest = ticks.Select(Math.Abs).DefaultIfEmpty(0).Max();
        if (largest is >= 1e15 or < 1e-3)
        {
            return [.. ticks.Select(FormatTick)];
        }

        var (scale, suffix) = largest < 1e4 ? (1, "") : Suffixes.First(entry => largest >= entry.Size);
        var decimals = Enumerable.Range(0, 10).First(count =>
            count == 9 || ticks.All(tick => Math.Abs(Math.Round(tick / scale, count) - (tick / scale)) <= 1e-9 * Math.Abs(tick / scale)));
        return [.. ticks.Select(tick => tick == 0 ? "0" : Text(tick / scale, "0." + new string('0', decimals)) + suffix)];
    }

    /// <summary>The label of one tick by itself, as an axis of equal ratios needs: <c>0.01</c>, <c>200</c>, <c>5k</c>, <c>1e-4</c>.</summary>
    public static string FormatTick(double tick) => Math.Abs(tick) switch
    {
        0 => "0",
        >= 1e15 or < 1e-3 => Text(tick, "0.###e+0"),
        < 1e3 => Text(tick, "0.######"),
        var size => WithSuffix(tick, size),
    };

    private static string WithSuffix(double value, double size)
    {
        var (scale, suffix) = Suffixes.First(entry => size >= entry.Size * 0.99995);
        return Significant(value / scale) + suffix;
    }

    private static string Significant(double value)
    {
        var decimals = 3 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return Text(Math.Round(value, Math.Clamp(decimals, 0, 6)), "0.######");
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture).Replace('-', '−').Replace("e−", "e-", StringComparison.Ordinal);
}
