namespace OlmoSharp.Cli.Tests.Display;

/// <summary>A clock that moves when told to.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now;

    public void Advance(double seconds) => _now += TimeSpan.FromSeconds(seconds).Ticks;
}
