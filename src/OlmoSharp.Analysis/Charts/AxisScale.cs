namespace OlmoSharp.Analysis.Charts;

/// <summary>Maps values of an axis to 0…1 and chooses its ticks.</summary>
internal sealed record AxisScale
{
    private AxisScale(double low, double high, bool isLogarithmic, IReadOnlyList<double> ticks)
    {
        Low = low;
        High = high;
        IsLogarithmic = isLogarithmic;
        Ticks = ticks;
    }

    public double Low { get; }

    public double High { get; }

    public bool IsLogarithmic { get; }

    /// <summary>Where the labelled lines are; all within <see cref="Low"/> and <see cref="High"/>.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>True if the axis can show the value.</summary>
    public static bool CanShow(double value, bool isLogarithmic) => Math.Abs(value) < 1e300 && (!isLogarithmic || value > 1e-300);

    /// <summary>Fits a scale to values that it can show.</summary>
    /// <param name="values">The values; none gives 0 to 1.</param>
    /// <param name="isLogarithmic">Whether equal ratios have equal distances.</param>
    /// <param name="tickCount">About how many ticks there is room for.</param>
    /// <param name="hasMargin">True to widen the range a little: to whole ticks, or by a share of the decades.</param>
    public static AxisScale Fit(IEnumerable<double> values, bool isLogarithmic, int tickCount, bool hasMargin)
    {
        var (low, high) = values.Aggregate(
            (double.PositiveInfinity, double.NegativeInfinity), (range, value) => (Math.Min(range.Item1, value), Math.Max(range.Item2, value)));
        if (low > high)
        {
            (low, high) = isLogarithmic ? (1, 10) : (0, 1);
        }

        return isLogarithmic ? FitLogarithmic(low, high, tickCount, hasMargin) : FitLinear(low, high, tickCount, hasMargin);
    }

    /// <summary>The labels of <see cref="Ticks"/>.</summary>
    public IReadOnlyList<string> Labels => IsLogarithmic ? [.. Ticks.Select(ChartNumber.FormatTick)] : ChartNumber.FormatTicks(Ticks);

    /// <summary>The share of the axis below the value: 0 at <see cref="Low"/>, 1 at <see cref="High"/>.</summary>
    public double Position(double value) => IsLogarithmic
        ? (Math.Log10(value) - Math.Log10(Low)) / (Math.Log10(High) - Math.Log10(Low))
        : (value - Low) / (High - Low);

    private static AxisScale FitLinear(double low, double high, int tickCount, bool hasMargin)
    {
        // One value, or values that differ by rounding only, have no range of their own.
        if (high - low <= 1e-12 * Math.Max(Math.Abs(low), Math.Abs(high)))
        {
            var margin = low == 0 ? 1 : 0.1 * Math.Abs(low);
            (low, high) = (low - margin, high + margin);
        }

        // A scale that nearly starts at zero is easier to read from zero.
        low = low > 0 && low < 0.05 * high ? 0 : low;
        var step = NiceStep((high - low) / tickCount);
        var (first, last) = hasMargin
            ? (Math.Floor((low / step) + 1e-9), Math.Ceiling((high / step) - 1e-9))
            : (Math.Ceiling((low / step) - 1e-9), Math.Floor((high / step) + 1e-9));
        var ticks = Enumerable.Range(0, (int)(last - first) + 1).Select(i => Multiple(first + i, step)).ToList();
        return hasMargin ? new AxisScale(ticks[0], ticks[^1], false, ticks) : new AxisScale(low, high, false, ticks);
    }

    private static AxisScale FitLogarithmic(double low, double high, int tickCount, bool hasMargin)
    {
        if (high / low < 1.1)
        {
            (low, high) = (low / 1.1, high * 1.1);
        }

        var margin = Math.Pow(high / low, 0.03);
        (low, high) = hasMargin ? (low / margin, high * margin) : (low, high);

        var decades = Math.Log10(high) - Math.Log10(low);
        double[] mantissas = decades > 2.5 ? [1] : decades > 1 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9];
        var stride = Math.Max(1, (int)Math.Ceiling(decades / tickCount));
        var first = (int)Math.Floor(Math.Log10(low));
        var ticks =
            from exponent in Enumerable.Range(first, (int)Math.Ceiling(Math.Log10(high)) - first + 1)
            where exponent % stride == 0
            from mantissa in mantissas
            let tick = Multiple(mantissa, Math.Pow(10, exponent))
            where tick >= low && tick <= high
            select tick;
        var chosen = ticks.ToList();
        return new AxisScale(low, high, true, chosen.Count >= 2 ? chosen : FitLinear(low, high, tickCount, hasMargin: false).Ticks);
    }

    /// <summary>The smallest of 1, 2, 2.5, 5 times a power of ten that is not below <paramref name="atLeast"/>.</summary>
    private static double NiceStep(double atLeast)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(atLeast)));
        return power * new[] { 1, 2, 2.5, 5, 10 }.First(mantissa => mantissa * power >= atLeast * (1 - 1e-9));
    }

    // Rounded far below the step, so that 3 × 0.1 is 0.3 and labels stay short.
    private static double Multiple(double count, double step)
    {
        var digits = 2 - (int)Math.Floor(Math.Log10(step));
        return digits is >= 0 and <= 15 ? Math.Round(count * step, digits) : count * step;
    }
}
