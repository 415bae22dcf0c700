using System.Globalization;
using OlmoSharp.Analysis.Charts;

namespace OlmoSharp.Cli.Display;

/// <summary>What a long job reports to its display. May be called from any thread, and often: it is cheap.</summary>
internal sealed class JobProgress(string title, string unit, long? total, TimeProvider time)
{
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly RateMeter _meter = new(time);
    private TimeSpan _sampled = TimeSpan.MinValue;
    private string? _note;

    /// <summary>What the job is called.</summary>
    public string Title => title;

    /// <summary>Units done so far.</summary>
    public long Done { get; private set; }

    /// <summary>Share done, 0 to 1; null if the total is not known.</summary>
    public double? Share => total is > 0 ? Math.Clamp((double)Done / total.Value, 0, 1) : null;

    /// <summary>Reports how much is done.</summary>
    /// <param name="done">Units done since the start, not since the last report.</param>
    /// <param name="note">What else to show, such as <c>loss 2.31</c>; null keeps the last note.</param>
    public void Report(long done, string? note = null)
    {
        lock (_lock)
        {
            Done = done;
            _note = note ?? _note;
            if (_meter.Elapsed - SampleEvery >= _sampled || done == total)
            {
                _sampled = _meter.Elapsed;
                _meter.Report(done);
            }
        }
    }

    /// <summary>Amount, rate, time left (or used, at the end) and note on one line.</summary>
    public string Describe(bool isOver)
    {
        lock (_lock)
        {
            var amount = total is null ? $"{ChartNumber.Format(Done)} {unit}" : $"{ChartNumber.Format(Done)}/{ChartNumber.Format(total.Value)} {unit}";
            var rate = isOver && _meter.Elapsed > TimeSpan.Zero ? Done / _meter.Elapsed.TotalSeconds : _meter.PerSecond;
            var duration = isOver ? $"in {Duration(_meter.Elapsed)}"
                : total is not null && _meter.Remaining(total.Value) is { } left ? $"{Duration(left)} left"
                : null;
            return string.Join(", ", new[] { amount, rate > 0 ? $"{ChartNumber.Format(rate)} {unit}/s" : null, duration, _note }.OfType<string>());
        }
    }

    private static string Duration(TimeSpan duration) => duration switch
    {
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.0} s"),
        { TotalHours: < 1 } => $"{duration.Minutes} min {duration.Seconds} s",
        _ => $"{(long)duration.TotalHours} h {duration.Minutes} min",
    };
}
