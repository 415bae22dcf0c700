using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace OlmoSharp.Server.Metrics;

/// <summary>What became of requests, by route.</summary>
internal sealed class RequestMetrics
{
    private readonly ConcurrentDictionary<(string Route, int Code), StrongBox<long>> _counts = new();
    private readonly ConcurrentDictionary<string, Histogram> _times = new();
    private int _open;

    /// <summary>Requests that are being answered.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Requests answered, in the order of routes and codes.</summary>
    public IEnumerable<(string Route, int Code, long Count)> Counts =>
        _counts.OrderBy(count => count.Key.Route, StringComparer.Ordinal).ThenBy(count => count.Key.Code).Select(count => (count.Key.Route, count.Key.Code, Volatile.Read(ref count.Value.Value)));

    /// <summary>Seconds that requests took, in the order of routes.</summary>
    public IEnumerable<(string Route, Histogram Time)> Times => _times.OrderBy(time => time.Key, StringComparer.Ordinal).Select(time => (time.Key, time.Value));

    /// <summary>Notes that a request has come.</summary>
    public void Begin() => Interlocked.Increment(ref _open);

    /// <summary>Notes that it is answered.</summary>
    /// <param name="route">What it asked for.</param>
    /// <param name="code">The HTTP status code of the answer.</param>
    /// <param name="seconds">How long it took.</param>
    public void End(string route, int code, double seconds)
    {
        Interlocked.Decrement(ref _open);
        Interlocked.Increment(ref _counts.GetOrAdd((route, code), _ => new()).Value);
        _times.GetOrAdd(route, _ => new(Histogram.Requests)).Observe(seconds);
    }
}
