using System.Diagnostics;
using System.Globalization;
using CsCheck;
using Xunit;

namespace OlmoSharp.Fuzzing;

/// <summary>
/// Loads many damaged files. Each must load soundly or be refused with the layer's own error, in little memory. The number of files is 2,000 a format, or what
/// the environment variable <c>OLMO_FUZZ_CASES</c> says.
/// </summary>
internal static class FuzzRun
{
    // The files are some ten kilobytes.
    private const long MostAllocated = 64 << 20;

    // Far beyond what any file takes, however busy the machine.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private static int Cases => int.TryParse(Environment.GetEnvironmentVariable("OLMO_FUZZ_CASES"), CultureInfo.InvariantCulture, out var cases) ? cases : 2_000;

    /// <summary>Loads files of one format.</summary>
    /// <param name="format">What they are.</param>
    /// <param name="mutants">The damaged files.</param>
    /// <param name="isSound">Loads one. True: it is sound. False: it was refused as it must be. Anything else is thrown.</param>
    /// <param name="share">The share of the number of files to load.</param>
    public static void Load(string format, Gen<byte[]> mutants, Func<byte[], bool> isSound, double share = 1)
    {
        var (sound, refused, mostAllocated) = (0, 0, 0L);
        byte[]? current = null;
        var since = Stopwatch.StartNew();
        using var watchdog = new Timer(
            _ =>
            {
                if (since.Elapsed > Longest && Volatile.Read(ref current) is { } hanging)
                {
                    var path = Path.Combine(Path.GetTempPath(), $"hang-{Guid.NewGuid():N}");
                    File.WriteAllBytes(path, hanging);
                    Environment.FailFast($"{format}: loading {path} has not ended in {Longest}");
                }
            },
            null, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
        mutants.Sample(
            mutant =>
            {
                since.Restart();
                Volatile.Write(ref current, mutant);
                var before = GC.GetAllocatedBytesForCurrentThread();
                if (isSound(mutant))
                {
                    sound++;
                }
                else
                {
                    refused++;
                }

                var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                mostAllocated = Math.Max(mostAllocated, allocated);
                Assert.True(allocated <= MostAllocated, $"{format}: {allocated} bytes were allocated for a file of {mutant.Length}");
                Volatile.Write(ref current, null);
            },
            iter: (long)(Cases * share), threads: 1);
        TestContext.Current.TestOutputHelper?.WriteLine($"{format}: {sound} sound, {refused} refused, at most {mostAllocated >> 10} KiB allocated");
        // The run would mean nothing if all files were of one kind.
        Assert.True(sound > 0 && refused > 0, $"{format}: {sound} sound, {refused} refused");
    }
}
