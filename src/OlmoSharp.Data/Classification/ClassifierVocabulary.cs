using System.Numerics;
using System.Text;

namespace OlmoSharp.Data.Classification;

/// <summary>The words and labels of a model by number: words first, then labels.</summary>
internal sealed class ClassifierVocabulary
{
    private readonly byte[] _text;
    private readonly int[] _ends;
    private readonly Slot[] _slots;

    /// <summary>Makes a vocabulary.</summary>
    /// <param name="text">All entries, one after the other.</param>
    /// <param name="ends">Where each ends.</param>
    /// <param name="counts">How often each occurred.</param>
    /// <param name="words">How many are words.</param>
    public ClassifierVocabulary(byte[] text, int[] ends, long[] counts, int words)
    {
        (_text, _ends, Counts, Words) = (text, ends, counts, words);
        _slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)ends.Length * 2 + 1)];
        for (var id = 0; id < ends.Length; id++)
        {
            var hash = FastTextHash.Of(this[id]);
            var at = FastTextHash.Slot(hash, _slots.Length);
            while (_slots[at].Entry != 0)
            {
                at = (at + 1) & (_slots.Length - 1);
            }

            _slots[at] = new Slot(hash, id + 1);
        }
    }

    /// <summary>The end of a line, which every text has, as a word.</summary>
    public static ReadOnlySpan<byte> EndOfLine => "</s>"u8;

    /// <summary>What labels begin with in text files and models.</summary>
    public static ReadOnlySpan<byte> LabelPrefix => "__label__"u8;

    /// <summary>How many words there are.</summary>
    public int Words { get; }

    /// <summary>How many labels there are.</summary>
    public int Labels => _ends.Length - Words;

    /// <summary>How many entries there are.</summary>
    public int Count => _ends.Length;

    /// <summary>How often each entry occurred in training.</summary>
    public IReadOnlyList<long> Counts { get; }

    /// <summary>An entry.</summary>
    public ReadOnlySpan<byte> this[int id] => _text.AsSpan((id == 0 ? 0 : _ends[id - 1]).._ends[id]);

    /// <summary>A label without what labels begin with.</summary>
    public string Label(int label)
    {
        var entry = this[Words + label];
        return Encoding.UTF8.GetString(entry.StartsWith(LabelPrefix) ? entry[LabelPrefix.Length..] : entry);
    }

    /// <summary>The number of a word or label, or −1.</summary>
    /// <param name="hash">Its <see cref="FastTextHash"/>.</param>
    /// <param name="word">Its bytes.</param>
    public int Find(uint hash, ReadOnlySpan<byte> word)
    {
        for (var at = FastTextHash.Slot(hash, _slots.Length); ; at = (at + 1) & (_slots.Length - 1))
        {
            var slot = _slots[at];
            if (slot.Entry == 0)
            {
                return -1;
            }

            if (slot.Hash == hash && this[slot.Entry - 1].SequenceEqual(word))
            {
                return slot.Entry - 1;
            }
        }
    }

    private readonly record struct Slot(uint Hash, int Entry);
}
