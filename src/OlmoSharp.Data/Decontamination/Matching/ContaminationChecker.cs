using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Decontamination.Matching;

/// <summary>Finds the items of an index in one text after another; its memory is used again and again.</summary>
internal sealed class ContaminationChecker(ContaminationIndex index)
{
    private const int NotLookedUp = -2;

    private readonly NgramHash _hash = new(index.Rules.NgramLength);
    private readonly int[] _doneUntil = new int[index.Items.Count];
    private readonly List<int> _touched = [];
    private readonly List<int> _anchors = [];
    private readonly List<ContaminationHit> _hits = [];
    private NormalizedWord[] _words = new NormalizedWord[1 << 10];
    private ulong[] _hashes = new ulong[1 << 10];
    private int[] _numbers = new int[1 << 10];
    private bool[] _isThere = new bool[1 << 8];
    private int _wordCount;

    private int NgramCount => _wordCount - _hash.Length + 1;

    /// <summary>Finds items, also those of which only the question is there but an answer is needed.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <returns>In the order of their places in the text; valid until the next call.</returns>
    public IReadOnlyList<ContaminationHit> Find(ReadOnlySpan<byte> text)
    {
        _hits.Clear();
        _anchors.Clear();
        Scan(text);
        if (_anchors.Count > 0)
        {
            FollowAnchors();
        }

        return _hits;
    }

    /// <summary>Finds words and n-grams, and where an n-gram may be an anchor.</summary>
    private void Scan(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var word in new NormalizedWords(text))
        {
            if (count == _words.Length)
            {
                Array.Resize(ref _words, 2 * count);
                Array.Resize(ref _hashes, 2 * count);
            }

            _words[count++] = word;
        }

        _wordCount = count;
        if (count < _hash.Length)
        {
            return;
        }

        var hash = 0UL;
        foreach (ref readonly var word in _words.AsSpan(0, _hash.Length))
        {
            hash = NgramHash.Append(hash, word.Hash);
        }

        // A loop of its own, so that the processor waits for many places of the filter at once.
        var filter = index.Anchors;
        var leaving = _words.AsSpan(0, NgramCount);
        var coming = _words.AsSpan(_hash.Length, NgramCount - 1);
        var hashes = _hashes.AsSpan(0, NgramCount);
        for (var place = 0; ; place++)
        {
            hashes[place] = hash;
            if (filter.MayHold(hash))
            {
                _anchors.Add(place);
            }

            if (place == coming.Length)
            {
                return;
            }

            hash = _hash.Roll(hash, leaving[place].Hash, coming[place].Hash);
        }
    }

    private void FollowAnchors()
    {
        if (_numbers.Length < NgramCount)
        {
            _numbers = new int[_hashes.Length];
        }

        _numbers.AsSpan(0, NgramCount).Fill(NotLookedUp);
        foreach (var place in _anchors)
        {
            var number = Number(place);
            if (number < 0)
            {
                continue;
            }

            foreach (var item in index.AnchorItems.AsSpan(index.AnchorStarts[number]..index.AnchorStarts[number + 1]))
            {
                if (place >= _doneUntil[item])
                {
                    Look(item, place);
                }
            }
        }

        foreach (var item in _touched)
        {
            _doneUntil[item] = 0;
        }

        _touched.Clear();
        _hits.Sort((one, other) => (one.Start, one.Place).CompareTo((other.Start, other.Place)));
    }

    /// <summary>Finds how much of an item is around one of its n-grams.</summary>
    private void Look(int number, int place)
    {
        var item = index.Items[number];
        var (first, last) = (Extend(item, place, -1), Extend(item, place, 1));
        _touched.Add(number);
        _doneUntil[number] = last + 1;

        if (_isThere.Length < item.Ngrams.Length)
        {
            _isThere = new bool[2 * item.Ngrams.Length];
        }

        var isThere = _isThere.AsSpan(0, item.Ngrams.Length);
        isThere.Clear();
        var lastNew = first;
        for (var at = first; at <= last; at++)
        {
            if (Find(item, at) is >= 0 and var ngram && !isThere[ngram])
            {
                isThere[ngram] = true;
                lastNew = at;
            }
        }

        var score = item.Share(isThere);
        if (score + IndexedItem.Tolerance >= item.Threshold)
        {
            AddHit(number, item, score, first, last, lastNew);
        }
    }

    private void AddHit(int number, IndexedItem item, double score, int first, int last, int lastNew)
    {
        // The answer may share n-grams with the question, so it is looked for from where nothing more of the question came.
        var (begin, end) = (first, last + _hash.Length);
        double? answer = null;
        foreach (var text in item.Answers)
        {
            answer = Math.Max(answer ?? 0, Math.Max(Share(text, begin - text.Distance, begin), Share(text, lastNew + _hash.Length, end + text.Distance)));
        }

        _hits.Add(new ContaminationHit
        {
            Evaluation = index.Evaluations[item.Evaluation].Name,
            Item = item.Item,
            Start = _words[begin].Start,
            End = _words[end - 1].End,
            Score = score,
            Threshold = item.Threshold,
            Answer = answer,
            Passage = item.Passage is { } passage ? Share(passage, begin - passage.Distance, end + passage.Distance) : null,
            IsContamination = !item.NeedsAnswer || answer + IndexedItem.Tolerance >= index.Rules.AnswerThreshold,
            Place = (item.Evaluation, number),
        });
    }

    private double Share(NearbyText text, int start, int end) => text.ShareIn(_words.AsSpan(Math.Max(0, start)..Math.Min(_wordCount, end)));

    /// <summary>The last n-gram of an item in a direction before too many that are none.</summary>
    private int Extend(IndexedItem item, int place, int step)
    {
        var end = place;
        for (var misses = 0; misses <= index.Rules.MaxConsecutiveMisses; misses++)
        {
            place += step;
            if ((uint)place >= (uint)NgramCount)
            {
                break;
            }

            if (Find(item, place) >= 0)
            {
                (end, misses) = (place, -1);
            }
        }

        return end;
    }

    /// <summary>The place among an item's n-grams of the n-gram at a place of the text, or a negative number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Find(IndexedItem item, int place) => Number(place) is >= 0 and var number ? item.Ngrams.AsSpan().BinarySearch(number) : -1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Number(int place)
    {
        ref var number = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_numbers), place);
        if (number == NotLookedUp)
        {
            number = index.Ngrams.Find(_hashes[place]);
        }

        return number;
    }
}
