namespace OlmoSharp.Inference.Scheduling;

/// <summary>How long something took, over all times that it happened: counts below bounds, as Prometheus has them.</summary>
/// <param name="Bounds">Seconds, ascending.</param>
/// <param name="Counts">For each bound, how many took at most so long.</param>
/// <param name="Count">How many there were.</param>
/// <param name="Sum">Seconds of all together.</param>
public sealed record LatencyHistogram(IReadOnlyList<double> Bounds, IReadOnlyList<long> Counts, long Count, double Sum);
