using OlmoSharp.Data.Seeding;

namespace OlmoSharp.Evaluation.Statistics;

/// <summary>The bootstrap (Efron 1979), for statistics that are no means: what the statistic of samples drawn anew from the sample looks like.</summary>
/// <param name="Value">The statistic of the sample itself.</param>
/// <param name="StandardError">The standard deviation (divisor B − 1) of the statistic over the resamples.</param>
/// <param name="Interval">The percentile interval.</param>
internal sealed record Bootstrap(double Value, double StandardError, Interval Interval)
{
    /// <summary>Draws resamples of the size of the sample, with replacement. The same seed gives the same result on any machine.</summary>
    /// <param name="sample">The instances.</param>
    /// <param name="statistic">The statistic of a list of instances.</param>
    /// <param name="resamples">How many, at least 2.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="level">The probability of the interval.</param>
    /// <exception cref="EvaluationException">There are no instances, fewer than 2 resamples, or no such level.</exception>
    public static Bootstrap Of<T>(
        IReadOnlyList<T> sample, Func<IReadOnlyList<T>, double> statistic, int resamples = 10_000, ulong seed = 1234, double level = 0.95)
    {
        if (sample.Count == 0 || resamples < 2 || !(level > 0 && level < 1))
        {
            throw new EvaluationException($"a bootstrap needs instances (not {sample.Count}), 2 resamples (not {resamples}) and a level between 0 and 1 (not {level})");
        }

        var drawn = new T[sample.Count];
        var values = new double[resamples];
        var state = seed;
        for (var resample = 0; resample < resamples; resample++)
        {
            for (var i = 0; i < drawn.Length; i++)
            {
                // The high half of the product is a number below the count, all equally likely to 1 in 2^32.
                drawn[i] = sample[(int)Math.BigMul(SplitMix64.Next(ref state), (ulong)sample.Count, out _)];
            }

            values[resample] = statistic(drawn);
        }

        var mean = values.Average();
        var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (resamples - 1));
        Array.Sort(values);
        return new Bootstrap(statistic(sample), deviation, new Interval(Quantile(values, (1 - level) / 2), Quantile(values, (1 + level) / 2)));
    }

    /// <summary>A quantile of sorted values, linear between neighbours (the default of NumPy).</summary>
    internal static double Quantile(ReadOnlySpan<double> sorted, double probability)
    {
        var position = probability * (sorted.Length - 1);
        var low = (int)position;
        return low + 1 >= sorted.Length ? sorted[^1] : sorted[low] + ((position - low) * (sorted[low + 1] - sorted[low]));
    }
}
