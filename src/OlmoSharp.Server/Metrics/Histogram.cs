using OlmoSharp.Inference.Scheduling;

namespace OlmoSharp.Server.Metrics;

/// <summary>Counts observations by their size.</summary>
/// <param name="bounds">The upper bounds of the buckets, rising; above the last there is one more.</param>
internal sealed class Histogram(IReadOnlyList<double> bounds)
{
    /// <summary>Bounds for whole requests, in seconds.</summary>
    public static readonly double[] Requests = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

    private readonly Lock _lock = new();
    private readonly long[] _counts = new long[bounds.Count + 1];
    private double _sum;

    /// <summary>Takes an observation.</summary>
    public void Observe(double value)
    {
        var bucket = 0;
        while (bucket < bounds.Count && value > bounds[bucket])
        {
            bucket++;
        }

        lock (_lock)
        {
            _counts[bucket]++;
            _sum += value;
        }
    }

    /// <summary>What there is so far.</summary>
    public LatencyHistogram Read()
    {
        lock (_lock)
        {
            var total = 0L;
            var counts = Array.ConvertAll(_counts, count => total += count);
            return new(bounds, counts[..^1], total, _sum);
        }
    }
}
