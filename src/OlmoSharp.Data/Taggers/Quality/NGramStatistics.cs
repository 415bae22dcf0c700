using System.Runtime.CompilerServices;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers.Quality;

/// <summary>
/// How much of a text its repeated word n-grams are. An n-gram can only be repeated if all shorter ones in it are, so 3-grams and 4-grams are looked for only where
/// the shorter ones have left a possibility. From there it goes down from the longest: what is in a repeated 10-gram is repeated, and only the rest is looked at again.
/// </summary>
internal sealed class NGramStatistics
{
    /// <summary>The longest n-gram measured.</summary>
    public const int Longest = 10;

    // Up to here counts are wanted, beyond only whether an n-gram is repeated.
    private const int Counted = 4;

    private readonly double[] _values = new double[Longest + 1];
    private readonly long[] _repeated = new long[Longest + 1];
    private readonly HashCounts _counts = new();
    private ulong[] _hashes = [];
    private long[] _before = new long[1];
    private int[] _places = [];
    private int[] _slots = [];
    private int[] _runs = [];
    private int[] _longest = [];

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
        var places = words.Length;
        for (var n = 2; n <= Math.Min(words.Length, Counted); n++)
        {
            places = Count(words, n, places);
            places = KeepRepeated(places, out var first, out var most);
            _values[n] = (double)most * (_before[first + n] - _before[first]) / Math.Max(1, sum);
        }

        if (words.Length > Counted)
        {
            FindLongest(Math.Min(words.Length, Longest), places);
            AddRepeated(places);
        }

        // Each n-gram's code points are a difference of two sums, so those of all n-grams are one of two sums of sums.
        var (ends, starts) = (sumOfSums - _before[0], sumOfSums - sum);
        for (var n = 2; n <= Math.Min(words.Length, Longest); n++)
        {
            ends -= _before[n - 1];
            starts -= _before[words.Length - n + 1];
            if (n > Counted)
            {
                _values[n] = (double)_repeated[n] / Math.Max(1, ends - starts);
            }
        }
    }

    /// <summary>Counts the n-grams at the places where another place follows at once.</summary>
    private int Count(ReadOnlySpan<TextWord> words, int n, int places)
    {
        var candidates = 0;
        for (var i = 0; i < places - 1; i++)
        {
            var place = _places[i];
            _places[candidates] = place;
            candidates += _places[i + 1] == place + 1 ? 1 : 0;
        }

        _counts.Reset(candidates);
        var slots = _slots.AsSpan(0, candidates);
        var added = words[(n - 1)..];
        for (var i = 0; i < slots.Length; i++)
        {
            var place = _places[i];
            ref var hash = ref _hashes[place];
            hash = TextHash.Append(hash, added[place].Hash);
            slots[i] = _counts.Add(hash, place);
        }

        return candidates;
    }

    /// <summary>Keeps the places of repeated n-grams, and finds the most common.</summary>
    private int KeepRepeated(int places, out int first, out int most)
    {
        (first, most) = (0, 1);
        var kept = 0;
        var slots = _slots.AsSpan(0, places);
        for (var i = 0; i < slots.Length; i++)
        {
            var place = _places[i];
            var count = _counts.Count(slots[i]);
            if (count > most)
            {
                (first, most) = (place, count);
            }

            // Nobody can guess whether an n-gram is repeated, so no branch asks.
            _places[kept] = place;
            kept += (1 - count) >>> 31;
        }

        return kept;
    }

    /// <summary>Finds how long the longest repeated n-gram is that begins at each place of a repeated 4-gram.</summary>
    private void FindLongest(int longest, int places)
    {
        for (var i = places - 1; i >= 0; i--)
        {
            _longest[i] = Counted;
            _runs[i] = i < places - 1 && _places[i + 1] == _places[i] + 1 ? _runs[i + 1] + 1 : 1;
        }

        for (var n = longest; n > Counted; n--)
        {
            // As many 4-grams in a row must be repeated as an n-gram has.
            var needed = n - Counted + 1;
            var open = 0;
            for (var i = 0; i < places; i++)
            {
                // An n-gram's end is repeated where the n-gram is.
                if (i > 0 && _runs[i - 1] > 1)
                {
                    _longest[i] = Math.Max(_longest[i], _longest[i - 1] - 1);
                }

                open += _runs[i] >= needed && _longest[i] < n ? 1 : 0;
            }

            if (open > 0)
            {
                FindRepeated(n, needed, places, open);
            }
        }
    }

    private void FindRepeated(int n, int needed, int places, int open)
    {
        _counts.Reset(open);
        for (var i = 0; i < places; i++)
        {
            if (_runs[i] >= needed && _longest[i] < n)
            {
                _slots[i] = _counts.Add(Hash(_places[i], n), i);
            }
        }

        for (var i = 0; i < places; i++)
        {
            if (_longest[i] >= n)
            {
                _counts.AddKnown(Hash(_places[i], n));
            }
        }

        for (var i = 0; i < places; i++)
        {
            if (_runs[i] >= needed && _longest[i] < n && _counts.Count(_slots[i]) > 1)
            {
                _longest[i] = n;
            }
        }
    }

    /// <summary>Adds up the code points of repeated n-grams.</summary>
    private void AddRepeated(int places)
    {
        Array.Clear(_repeated);
        for (var i = 0; i < places; i++)
        {
            var before = _before.AsSpan(_places[i], _longest[i] + 1);
            for (var n = Counted + 1; n < before.Length; n++)
            {
                _repeated[n] += before[n] - before[0];
            }
        }
    }

    /// <summary>The hash of an n-gram of more than four words, of the 4-grams that cover it.</summary>
    private ulong Hash(int place, int n)
    {
        ref var first = ref _hashes[place];
        var hash = TextHash.Append(first, Unsafe.Add(ref first, Math.Min(n - Counted, Counted)));
        return n <= 2 * Counted ? hash : TextHash.Append(hash, Unsafe.Add(ref first, n - Counted));
    }

    private void Grow(int words)
    {
        if (_hashes.Length < words)
        {
            var size = Math.Max(words, 2 * _hashes.Length);
            (_hashes, _before) = (new ulong[size], new long[size + 1]);
            (_places, _slots, _runs, _longest) = (new int[size], new int[size], new int[size], new int[size]);
        }
    }
}
