using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Taggers.Repetitions;

/// <summary>
/// Finds where bytes repeat with some period at least four times, whatever the period. Such a run is so long that it must show at positions a good part of
/// its length apart: for period p, 8 bytes equal those p further on at one of every 3p − 7 positions. That makes n·ln(n)/3 comparisons for n bytes, not n².
/// </summary>
internal sealed class PeriodicRuns
{
    /// <summary>Bytes that must be readable after those searched.</summary>
    public const int Padding = 8;

    private readonly List<(int Start, int End, int Period)> _runs = [];

    /// <summary>
    /// The longest runs of each smallest period, in the order of their periods: the bytes from Start on equal those a period further on, up to End, and
    /// End − Start is at least four periods.
    /// </summary>
    public ReadOnlySpan<(int Start, int End, int Period)> Found => CollectionsMarshal.AsSpan(_runs);

    /// <summary>Finds the runs.</summary>
    /// <param name="bytes">Bytes, with <see cref="Padding"/> more at the end.</param>
    /// <param name="longestPeriod">The longest period to look for.</param>
    public void Find(ReadOnlySpan<byte> bytes, int longestPeriod)
    {
        _runs.Clear();
        var length = bytes.Length - Padding;
        longestPeriod = Math.Min(longestPeriod, length / 4);
        for (var period = 1; period <= longestPeriod; period++)
        {
            switch (period)
            {
                case 1:
                    Find<ushort>(bytes, length, period, step: 2);
                    break;
                case 2:
                    Find<uint>(bytes, length, period, step: 3);
                    break;
                default:
                    Find<ulong>(bytes, length, period, step: 3 * period - 7);
                    break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Find<T>(ReadOnlySpan<byte> bytes, int length, int period, int step)
        where T : unmanaged, IEquatable<T>
    {
        ref var origin = ref MemoryMarshal.GetReference(bytes);
        var limit = length - period - Unsafe.SizeOf<T>();
        for (var at = 0; at <= limit; at += step)
        {
            ref var here = ref Unsafe.Add(ref origin, at);
            if (Unsafe.ReadUnaligned<T>(ref here).Equals(Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref here, period))))
            {
                at = Math.Max(at, Extend(bytes[..length], at, Unsafe.SizeOf<T>(), period) - step);
            }
        }
    }

    /// <summary>Follows equal bytes both ways, and returns the first position that may belong to another run of this period.</summary>
    private int Extend(ReadOnlySpan<byte> bytes, int at, int equal, int period)
    {
        foreach (var run in _runs)
        {
            if (period % run.Period == 0 && run.Start <= at && at + equal + period <= run.End)
            {
                return run.End - period - equal + 1;
            }
        }

        var start = at;
        while (start > 0 && bytes[start - 1] == bytes[start - 1 + period])
        {
            start--;
        }

        var end = at + equal;
        end += bytes[end..].CommonPrefixLength(bytes[(end + period)..]);
        if (end - start >= 3 * period)
        {
            _runs.Add((start, end + period, period));
        }

        return end - equal + 1;
    }
}
