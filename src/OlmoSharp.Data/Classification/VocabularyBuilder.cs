using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Classification;

/// <summary>Counts the words of training texts.</summary>
internal sealed class VocabularyBuilder
{
    private readonly List<byte> _text = [];
    private readonly List<Word> _words = [];
    private int[] _slots = new int[1 << 12];

    /// <summary>Counts all words of a text, and its end.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        var words = new FastTextWords(text);
        while (words.MoveNext())
        {
            if (!words.Word.StartsWith(ClassifierVocabulary.LabelPrefix))
            {
                Count(words.Hash, words.Word);
            }
        }

        Count(FastTextHash.Of(ClassifierVocabulary.EndOfLine), ClassifierVocabulary.EndOfLine);
    }

    /// <summary>The vocabulary: words and labels from the most frequent to the least, equal ones in ordinal order.</summary>
    /// <param name="minCount">Rarer words are left out.</param>
    /// <param name="labels">The labels and how often each occurred.</param>
    public ClassifierVocabulary Build(int minCount, IReadOnlyDictionary<string, long> labels)
    {
        var kept = _words.Where(word => word.Count >= minCount).ToArray();
        Array.Sort(kept, (a, b) => a.Count != b.Count ? b.Count.CompareTo(a.Count) : Bytes(a).SequenceCompareTo(Bytes(b)));
        var text = new List<byte>();
        var ends = new List<int>();
        var counts = new List<long>();
        foreach (var word in kept)
        {
            Append(Bytes(word), word.Count);
        }

        foreach (var (label, count) in labels.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Append([.. ClassifierVocabulary.LabelPrefix, .. System.Text.Encoding.UTF8.GetBytes(label)], count);
        }

        return new ClassifierVocabulary([.. text], [.. ends], [.. counts], kept.Length);

        void Append(ReadOnlySpan<byte> entry, long count)
        {
            text.AddRange(entry);
            ends.Add(text.Count);
            counts.Add(count);
        }
    }

    private void Count(uint hash, ReadOnlySpan<byte> word)
    {
        if (2 * _words.Count >= _slots.Length)
        {
            Grow();
        }

        var at = Find(hash, word);
        if (_slots[at] > 0)
        {
            CollectionsMarshal.AsSpan(_words)[_slots[at] - 1].Count++;
            return;
        }

        if (_text.Count > Array.MaxLength - word.Length)
        {
            throw new DataException("the texts have more than 2 GB of different words. Train on fewer texts.");
        }

        _words.Add(new Word { Hash = hash, Start = _text.Count, Length = word.Length, Count = 1 });
        _text.AddRange(word);
        _slots[at] = _words.Count;
    }

    private int Find(uint hash, ReadOnlySpan<byte> word)
    {
        var at = FastTextHash.Slot(hash, _slots.Length);
        while (_slots[at] > 0 && (_words[_slots[at] - 1] is var other) && !(other.Hash == hash && Bytes(other).SequenceEqual(word)))
        {
            at = (at + 1) & (_slots.Length - 1);
        }

        return at;
    }

    private void Grow()
    {
        _slots = new int[2 * _slots.Length];
        for (var i = 0; i < _words.Count; i++)
        {
            _slots[Find(_words[i].Hash, Bytes(_words[i]))] = i + 1;
        }
    }

    private ReadOnlySpan<byte> Bytes(Word word) => CollectionsMarshal.AsSpan(_text).Slice(word.Start, word.Length);

    private struct Word
    {
        public uint Hash;
        public int Start;
        public int Length;
        public long Count;
    }
}
