namespace OlmoSharp.Cli.Display;

/// <summary>Measures the rate of a job over its last half minute, and from it the time that is left.</summary>
internal sealed class RateMeter(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    private readonly Queue<(TimeSpan At, long Done)> _samples = new([(TimeSpan.Zero, 0)]);
    private readonly long _start = time.GetTimestamp();
    private (TimeSpan At, long Done) _last;

    /// <summary>Time since the job began.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    /// <summary>Units a second; 0 until there is something to measure.</summary>
    public double PerSecond => _last.At > _samples.Peek().At ? (_last.Done - _samples.Peek().Done) / (_last.At - _samples.Peek().At).TotalSeconds : 0;

    /// <summary>Notes how much is done.</summary>
    public void Report(long done)
    {
        _last = (Elapsed, done);
        _samples.Enqueue(_last);

        // Keep one sample from before the window, so that it is always covered.
        while (_samples.Count > 2 && _samples.ElementAt(1).At <= _last.At - Window)
        {
            _samples.Dequeue();
        }
    }

    /// <summary>Time until <paramref name="total"/> is done, or null while the rate is unknown.</summary>
    public TimeSpan? Remaining(long total)
    {
        var seconds = PerSecond > 0 ? Math.Max(0, total - _last.Done) / PerSecond : double.PositiveInfinity;
        return seconds < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(seconds) : null;
    }
}
