namespace OlmoSharp.Analysis.Metrics;

/// <summary>The metrics of a run.</summary>
public sealed class RunMetrics
{
    internal RunMetrics(SortedDictionary<string, IReadOnlyList<MetricPoint>> series, bool isTorn)
    {
        Series = series;
        IsTorn = isTorn;
    }

    /// <summary>The points of every metric, steps ascending; metrics in the order of their names.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<MetricPoint>> Series { get; }

    /// <summary>True if the last line was cut short, as a run that was killed (or still writes) leaves it, and so was left out.</summary>
    public bool IsTorn { get; }

    /// <summary>The points of a metric; none if the run has no such metric.</summary>
    public IReadOnlyList<MetricPoint> this[string metric] => Series.GetValueOrDefault(metric) ?? [];
}
