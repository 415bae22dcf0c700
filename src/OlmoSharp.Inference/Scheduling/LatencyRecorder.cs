namespace OlmoSharp.Inference.Scheduling;

/// <summary>Collects a <see cref="LatencyHistogram"/>. For one thread at a time.</summary>
internal sealed class LatencyRecorder
{
    private static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

    private readonly long[] _counts = new long[Bounds.Length];
    private long _count;
    private double _sum;

    /// <summary>Notes one.</summary>
    public void Add(double seconds)
    {
        _count++;
        _sum += seconds;
        for (var i = Bounds.Length - 1; i >= 0 && seconds <= Bounds[i]; i--)
        {
            _counts[i]++;
        }
    }

    /// <summary>What there is so far.</summary>
    public LatencyHistogram Read() => new(Bounds, [.. _counts], _count, _sum);
}
