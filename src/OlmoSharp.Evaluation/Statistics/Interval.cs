namespace OlmoSharp.Evaluation.Statistics;

/// <summary>An interval of values.</summary>
/// <param name="Low">Its lower end.</param>
/// <param name="High">Its upper end.</param>
internal readonly record struct Interval(double Low, double High)
{
    /// <summary>The interval around a value.</summary>
    /// <param name="value">The middle.</param>
    /// <param name="half">Half of its length.</param>
    public static Interval Around(double value, double half) => new(value - half, value + half);
}
