using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OlmoSharp.Data.Taggers.Repetitions;

/// <summary>
/// Finds where bytes repeat with some period at least four times, whatever the period. Such a run is so long that it must show at positions a good part of
/// its length apart: for period p, 8 bytes equal those p further on at one of every 3p − 7 positions. That makes n·ln(n)/3 comparisons for n bytes, not n².
/// </summary>
internal sealed class PeriodicRuns
{
    /// <summary>Bytes that must be readable after those searched.</summary>
    public const int Padding = 64;

    // Up to here a vector sees the whole of three periods.
    private const int ShortPeriod = 5;

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
            if (period <= ShortPeriod)
            {
                FindShort(bytes, length, period);
            }
            else
            {
                FindLong(bytes, length, period);
            }
        }
    }

    /// <summary>Looks for three periods of equal bytes among the 32 of a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindShort(ReadOnlySpan<byte> bytes, int length, int period)
    {
        ref var origin = ref MemoryMarshal.GetReference(bytes);
        var needed = 3 * period;
        var step = Vector256<byte>.Count - needed + 1;
        for (var at = 0; at + needed + period <= length; at += step)
        {
            var equal = Vector256.Equals(Vector256.LoadUnsafe(ref origin, (nuint)at), Vector256.LoadUnsafe(ref origin, (nuint)(at + period))).ExtractMostSignificantBits();

            // Leaves the bits with which at least as many set bits begin as are needed.
            var seen = 1;
            for (; 2 * seen <= needed; seen *= 2)
            {
                equal &= equal >> seen;
            }

            equal &= equal >> (needed - seen);
            if (equal != 0 && at + BitOperations.TrailingZeroCount(equal) is var start && start + needed + period <= length)
            {
                // Another run may begin in the same vector.
                at = Extend(bytes[..length], start, needed, period) - step;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindLong(ReadOnlySpan<byte> bytes, int length, int period)
    {
        ref var origin = ref MemoryMarshal.GetReference(bytes);
        var step = 3 * period - sizeof(ulong) + 1;
        var limit = length - period - sizeof(ulong);
        for (var at = 0; at <= limit; at += step)
        {
            ref var here = ref Unsafe.Add(ref origin, at);
            if (Unsafe.ReadUnaligned<ulong>(ref here) == Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref here, period)))
            {
                at = Math.Max(at, Extend(bytes[..length], at, sizeof(ulong), period) - step);
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
