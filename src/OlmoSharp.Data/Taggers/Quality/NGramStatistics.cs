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
    private int[] _slots = [];

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
        var places = Math.Max(0, words.Length - 1);
        for (var n = 2; n <= Math.Min(words.Length, Longest); n++)
        {
            ends -= _before[n - 1];
            starts -= _before[words.Length - n + 1];
            var (first, count) = Count(words, n, places);
            places = KeepDuplicates(n, words.Length, places, out var duplicate);
            _values[n] = n <= 4
                ? (double)count * (_before[first + n] - _before[first]) / Math.Max(1, sum)
                : (double)duplicate / Math.Max(1, ends - starts);
        }
    }

    /// <summary>Counts the n-grams of the places left, and finds the most common.</summary>
    private (int First, int Count) Count(ReadOnlySpan<TextWord> words, int n, int places)
    {
        _counts.Reset(places);
        for (var i = 0; i < places; i++)
        {
            var place = _places[i];
            _hashes[place] = TextHash.Append(_hashes[place], words[place + n - 1].Hash);
            _slots[i] = _counts.Add(_hashes[place], place);
        }

        var best = (First: 0, Count: 1);
        for (var i = 0; i < places; i++)
        {
            if (_counts.Count(_slots[i]) > best.Count)
            {
                best = (_places[i], _counts.Count(_slots[i]));
            }
        }

        return best;
    }

    /// <summary>Adds up the repeated n-grams, and keeps the places where a longer one may be repeated too.</summary>
    private int KeepDuplicates(int n, int wordCount, int places, out long characters)
    {
        characters = 0;
        var kept = 0;
        var previous = -2;
        for (var i = 0; i < places; i++)
        {
            var place = _places[i];
            if (_counts.Count(_slots[i]) == 1)
            {
                continue;
            }

            characters += _before[place + n] - _before[place];
            if (place == previous + 1)
            {
                _places[kept++] = previous;
            }

            previous = place;
        }

        return kept;
    }

    private void Grow(int words)
    {
        if (_hashes.Length < words)
        {
            var size = Math.Max(words, 2 * _hashes.Length);
            (_hashes, _places, _slots, _before) = (new ulong[size], new int[size], new int[size], new long[size + 1]);
        }
    }
}
