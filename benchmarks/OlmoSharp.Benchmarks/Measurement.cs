using System.Diagnostics;
using static TorchSharp.torch;

namespace OlmoSharp.Benchmarks;

/// <summary>Times, and the rate that the benchmarks of training are measured against.</summary>
internal static class Measurement
{
    private const int Side = 2048;

    /// <summary>Floating-point operations of one product of <see cref="SgemmSeconds"/>, in billions.</summary>
    public const double SgemmGflop = 2.0 * Side * Side * Side / 1e9;

    /// <summary>Seconds of a float32 product of two square matrices, the best of three.</summary>
    public static double SgemmSeconds()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (randn(Side, Side), randn(Side, Side));
        return Enumerable.Range(0, 3).Select(_ => Seconds(() => a.mm(b).Dispose())).Min();
    }

    /// <summary>Seconds that an action takes.</summary>
    public static double Seconds(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Seconds since some moment, or of processor time that this process has used.</summary>
    public static double Clock(bool cpuTime) => cpuTime ? Environment.CpuUsage.TotalTime.TotalSeconds : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    public static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
}
