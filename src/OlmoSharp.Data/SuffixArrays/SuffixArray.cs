using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace OlmoSharp.Data.SuffixArrays;

/// <summary>
/// Suffix arrays: the places of a sequence's suffixes in lexicographic order, in which all occurrences of a pattern stand together. A suffix that is the beginning of another comes before it.
/// Made by induced sorting (SA-IS: Nong, Zhang and Chan, "Linear Suffix Array Construction by Almost Pure Induced-Sorting", 2009) in time proportional to the sequence.
/// </summary>
public static class SuffixArray
{
    private const int Empty = -1;
    private const int Ahead = 24;

    /// <summary>Sorts the suffixes of a sequence.</summary>
    /// <typeparam name="T">The type of a symbol, such as <see cref="byte"/> or <see cref="int"/>.</typeparam>
    /// <param name="sequence">The symbols, each from 0 to less than <paramref name="alphabet"/>.</param>
    /// <param name="alphabet">How many different symbols there may be; 8 bytes of memory are taken for each, and at most half of that again for every level of the recursion.</param>
    /// <param name="suffixes">Receives the places; as long as the sequence.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="IndexOutOfRangeException">A symbol is not in the alphabet.</exception>
    public static void Build<T>(ReadOnlySpan<T> sequence, int alphabet, Span<int> suffixes)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (suffixes.Length != sequence.Length)
        {
            throw new ArgumentException($"{suffixes.Length} places for {sequence.Length} suffixes", nameof(suffixes));
        }

        if (!sequence.IsEmpty)
        {
            Sort(sequence, alphabet, suffixes);
        }
    }

    /// <summary>Finds the suffixes that begin with a pattern.</summary>
    /// <typeparam name="T">The type of a symbol.</typeparam>
    /// <param name="sequence">The symbols.</param>
    /// <param name="suffixes">Their suffix array, all of it or in part.</param>
    /// <param name="pattern">What to look for.</param>
    /// <returns>Where in the suffix array they stand.</returns>
    public static Range Find<T>(ReadOnlySpan<T> sequence, ReadOnlySpan<int> suffixes, ReadOnlySpan<T> pattern)
        where T : unmanaged, IBinaryInteger<T> =>
        First(sequence, suffixes, pattern, orEqual: false)..First(sequence, suffixes, pattern, orEqual: true);

    /// <summary>The first suffix whose beginning is not less than a pattern, or is greater.</summary>
    private static int First<T>(ReadOnlySpan<T> sequence, ReadOnlySpan<int> suffixes, ReadOnlySpan<T> pattern, bool orEqual)
        where T : unmanaged, IBinaryInteger<T>
    {
        var (low, high) = (0, suffixes.Length);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            var suffix = sequence[suffixes[middle]..];
            var order = suffix[..Math.Min(suffix.Length, pattern.Length)].SequenceCompareTo(pattern);
            (low, high) = order < 0 || (order == 0 && orEqual) ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <remarks>
    /// A suffix is small if it is less than the next one, else large. The leftmost small ones, those after a large one, divide the sequence; once they are sorted, all others follow from them.
    /// They are sorted by a sequence half as long, whose symbols are the ranks of what stands between them.
    /// </remarks>
    private static void Sort<T>(ReadOnlySpan<T> sequence, int alphabet, Span<int> suffixes)
        where T : unmanaged, IBinaryInteger<T>
    {
        var types = new SuffixTypes(sequence.Length);
        types.Find(sequence);
        var (counts, places) = (new int[alphabet], new int[alphabet]);
        foreach (var symbol in sequence)
        {
            counts[int.CreateTruncating(symbol)]++;
        }

        // The divisions, by their first symbols alone; then by all their symbols.
        suffixes.Fill(Empty);
        FindEnds(counts, places);
        for (var i = sequence.Length - 1; i > 0; i--)
        {
            if (types.IsDivision(i))
            {
                suffixes[--places[int.CreateTruncating(sequence[i])]] = i;
            }
        }

        Induce(sequence, types, counts, places, suffixes);
        var divisions = 0;
        foreach (var suffix in suffixes)
        {
            if (types.IsDivision(suffix))
            {
                suffixes[divisions++] = suffix;
            }
        }

        if (divisions > 1)
        {
            SortDivisions(sequence, types, divisions, suffixes);
        }

        // The divisions, now in order, to the ends of their symbols' parts: from the last on, so that none is overwritten before it has moved.
        suffixes[divisions..].Fill(Empty);
        FindEnds(counts, places);
        for (var i = divisions - 1; i >= 0; i--)
        {
            var division = suffixes[i];
            suffixes[i] = Empty;
            suffixes[--places[int.CreateTruncating(sequence[division])]] = division;
        }

        Induce(sequence, types, counts, places, suffixes);
    }

    /// <summary>Sorts the divisions, which stand at the start, from the order of what is between each and the next to that of whole suffixes.</summary>
    private static void SortDivisions<T>(ReadOnlySpan<T> sequence, SuffixTypes types, int count, Span<int> suffixes)
        where T : unmanaged, IBinaryInteger<T>
    {
        // Two divisions are never neighbours, so that half their place is a slot of its own.
        var ranks = suffixes[count..];
        ranks.Fill(Empty);
        var (rank, previous) = (-1, -1);
        for (var i = 0; i < count; i++)
        {
            var division = suffixes[i];
            rank += previous < 0 || !AreEqual(sequence, types, previous, division) ? 1 : 0;
            ranks[division / 2] = rank;
            previous = division;
        }

        var reduced = suffixes[^count..];
        var next = suffixes.Length;
        for (var i = suffixes.Length - 1; i >= count; i--)
        {
            if (suffixes[i] >= 0)
            {
                suffixes[--next] = suffixes[i];
            }
        }

        var order = suffixes[..count];
        if (rank + 1 < count)
        {
            Sort<int>(reduced, rank + 1, order);
        }
        else
        {
            for (var i = 0; i < count; i++)
            {
                order[reduced[i]] = i;
            }
        }

        next = 0;
        for (var i = 1; i < sequence.Length; i++)
        {
            if (types.IsDivision(i))
            {
                reduced[next++] = i;
            }
        }

        for (var i = 0; i < count; i++)
        {
            order[i] = reduced[order[i]];
        }
    }

    /// <summary>Whether what stands from one division to the next is the same as from another.</summary>
    private static bool AreEqual<T>(ReadOnlySpan<T> sequence, SuffixTypes types, int first, int second)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = 0; ; i++)
        {
            if (first + i == sequence.Length || second + i == sequence.Length || sequence[first + i] != sequence[second + i] || types.IsSmall(first + i) != types.IsSmall(second + i))
            {
                return false;
            }

            if (i > 0 && types.IsDivision(first + i))
            {
                return types.IsDivision(second + i);
            }
        }
    }

    /// <summary>Puts all suffixes where they belong, from the divisions, which stand at the ends of their symbols' parts: first the large ones from the left, then the small ones from the right.</summary>
    private static void Induce<T>(ReadOnlySpan<T> sequence, SuffixTypes types, int[] counts, int[] places, Span<int> suffixes)
        where T : unmanaged, IBinaryInteger<T>
    {
        FindStarts(counts, places);

        // The end of the sequence is less than every suffix.
        suffixes[places[int.CreateTruncating(sequence[^1])]++] = sequence.Length - 1;
        for (var i = 0; i < suffixes.Length; i++)
        {
            Prefetch(sequence, suffixes, i + Ahead);
            var before = suffixes[i] - 1;
            if (before >= 0 && !types.IsSmall(before))
            {
                suffixes[places[int.CreateTruncating(sequence[before])]++] = before;
            }
        }

        FindEnds(counts, places);
        for (var i = suffixes.Length - 1; i >= 0; i--)
        {
            Prefetch(sequence, suffixes, i - Ahead);
            var before = suffixes[i] - 1;
            if (before >= 0 && types.IsSmall(before))
            {
                suffixes[--places[int.CreateTruncating(sequence[before])]] = before;
            }
        }
    }

    /// <summary>Asks for the memory of the symbol before a suffix that will come soon, if it is there already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Prefetch<T>(ReadOnlySpan<T> sequence, Span<int> suffixes, int coming)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (Sse.IsSupported && (uint)coming < (uint)suffixes.Length && suffixes[coming] > 0)
        {
            // A prefetch of an address that the garbage collector has just moved is only useless.
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref MemoryMarshal.GetReference(sequence), suffixes[coming] - 1)));
        }
    }

    private static void FindStarts(int[] counts, int[] places)
    {
        var sum = 0;
        for (var symbol = 0; symbol < counts.Length; symbol++)
        {
            places[symbol] = sum;
            sum += counts[symbol];
        }
    }

    private static void FindEnds(int[] counts, int[] places)
    {
        var sum = 0;
        for (var symbol = 0; symbol < counts.Length; symbol++)
        {
            sum += counts[symbol];
            places[symbol] = sum;
        }
    }
}
