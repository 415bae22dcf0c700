using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers.Quality;

/// <summary>
/// How much of a text its repeated word n-grams are. An n-gram can only be repeated if its first and its last n−1 words are, so each length looks only at what
/// the length before has left: in ordinary text almost nothing beyond a few words.
/// </summary>
internal sealed class NGramStatistics
{
    /// <summary>The longest n-gram measured.</summary>
    public const int Longest = 10;

    private readonly double[] _values = new double[Longest + 1];
    private readonly HashCounts _counts = new();
    private ulong[] _hashes = [];
    private long[] _before = new long[1];
    private int[] _places = [];
    private byte[] _isRepeated = [];

    /// <summary>Code points of all words together.</summary>
    public long Characters { get; private set; }

    /// <summary>Code points of the most common n-gram (the first of them in the text, if there are several) times its count, as a fraction of <see cref="Characters"/>.</summary>
    public double MostCommon(int n) => _values[n];

    /// <summary>Code points of all copies of n-grams that occur more than once, as a fraction of those of all n-grams.</summary>
    public double Duplicate(int n) => _values[n];

    /// <summary>Measures the n-grams of 2 to <see cref="Longest"/> words; those with more words than the text are left undefined.</summary>
    public void Measure(ReadOnlySpan<TextWord> words)
    {
        Grow(words.Length);
        long sum = 0;
        long sumOfSums = 0;
        for (var i = 0; i < words.Length; i++)
        {
            _before[i] = sum;
            sumOfSums += sum;
            _hashes[i] = words[i].Hash;
            _places[i] = i;
            sum += words[i].CodePoints;
        }

        _before[words.Length] = sum;
        sumOfSums += sum;
        Characters = sum;

        // Each n-gram's code points are a difference of two sums, so those of all n-grams are one of two sums of sums.
        var (ends, starts) = (sumOfSums - _before[0], sumOfSums - sum);
        var places = words.Length - 1;
        for (var n = 2; n <= Math.Min(words.Length, Longest); n++)
        {
            ends -= _before[n - 1];
            starts -= _before[words.Length - n + 1];
            var (first, most) = Count(words, n, places);
            places = KeepRepeated(n, places, out var repeated);
            _values[n] = n <= 4
                ? (double)most * (_before[first + n] - _before[first]) / Math.Max(1, sum)
                : (double)repeated / Math.Max(1, ends - starts);
        }
    }

    /// <summary>Counts the n-grams at the places left, notes which are repeated, and finds the first of the most common.</summary>
    private (int First, int Most) Count(ReadOnlySpan<TextWord> words, int n, int places)
    {
        _counts.Reset(places);
        ref var hashes = ref MemoryMarshal.GetArrayDataReference(_hashes);
        ref var isRepeated = ref MemoryMarshal.GetArrayDataReference(_isRepeated);
        ref var added = ref MemoryMarshal.GetReference(words[(n - 1)..]);
        var counts = _counts;
        long best = 1L << 32 | uint.MaxValue;
        foreach (var place in _places.AsSpan(0, places))
        {
            ref var hash = ref Unsafe.Add(ref hashes, place);
            hash = TextHash.Append(hash, Unsafe.Add(ref added, place).Hash);
            ref readonly var count = ref counts.Add(hash, place);

            // The processor cannot guess whether an n-gram is new, so no branch asks: 0 for a new one, 1 for this and the first of an old one.
            Unsafe.Add(ref isRepeated, place) = Unsafe.Add(ref isRepeated, count.First) = (byte)((1 - count.Times) >>> 31);

            // The most copies, and among these the earliest place.
            best = Math.Max(best, (long)count.Times << 32 | ~(uint)count.First);
        }

        return ((int)~(uint)best, (int)(best >> 32));
    }

    /// <summary>Adds up the repeated n-grams, and keeps the places where a longer one may be repeated too.</summary>
    private int KeepRepeated(int n, int places, out long characters)
    {
        characters = 0;
        var kept = 0;
        var previous = -2;
        ref var before = ref MemoryMarshal.GetArrayDataReference(_before);
        ref var all = ref MemoryMarshal.GetArrayDataReference(_places);
        ref var marks = ref MemoryMarshal.GetArrayDataReference(_isRepeated);
        for (var i = 0; i < places; i++)
        {
            // All bits or none.
            var place = Unsafe.Add(ref all, i);
            var isRepeated = -Unsafe.Add(ref marks, place);
            characters += (Unsafe.Add(ref before, place + n) - Unsafe.Add(ref before, place)) & isRepeated;
            Unsafe.Add(ref all, kept) = previous;
            kept += isRepeated & (place == previous + 1 ? 1 : 0);
            previous = (place & isRepeated) | (previous & ~isRepeated);
        }

        return kept;
    }

    private void Grow(int words)
    {
        if (_hashes.Length < words)
        {
            var size = Math.Max(words, 2 * _hashes.Length);
            (_hashes, _places, _isRepeated, _before) = (new ulong[size], new int[size], new byte[size], new long[size + 1]);
        }
    }
}
