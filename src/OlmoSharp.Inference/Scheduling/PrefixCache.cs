using OlmoSharp.Inference.Engines;

namespace OlmoSharp.Inference.Scheduling;

/// <summary>
/// Sequences of earlier texts, for prompts that begin like them. Sorted by their tokens, so that the one with most in common is a neighbour, as in a tree of prefixes; the one
/// that was of no use for longest goes first.
/// </summary>
/// <param name="most">Most positions to keep, each common beginning counted once.</param>
internal sealed class PrefixCache(int most)
{
    // No entry's tokens begin another's.
    private readonly List<Entry> _entries = [];
    private long _time;

    /// <summary>Positions kept, each common beginning counted once.</summary>
    public int Positions { get; private set; }

    /// <summary>A sequence with the longest beginning of some tokens that is kept.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="longerThan">Only one that holds more tokens than this is worth it.</param>
    /// <returns>A sequence that the caller owns; null: none.</returns>
    public IEngineSequence? Take(ReadOnlySpan<int> tokens, int longerThan)
    {
        var place = PlaceOf(tokens);
        var (before, after) = (Common(place - 1, tokens), Common(place, tokens));
        var (best, length) = after >= before ? (place, after) : (place - 1, before);
        if (length <= longerThan)
        {
            return null;
        }

        var entry = _entries[best];
        var isCopied = entry.Sequence.PositionsToFork > 0;
        if (isCopied && 2 * length < entry.Tokens.Length)
        {
            // Where forks are copies the sequence itself is given away, but not for a small part of it.
            return null;
        }

        entry.LastUse = ++_time;
        var sequence = isCopied ? entry.Sequence : entry.Sequence.Fork();
        if (isCopied)
        {
            Remove(best);
        }

        sequence.Truncate(length);
        return sequence;
    }

    /// <summary>Keeps a sequence, which now belongs to the cache.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="tokens">Its tokens.</param>
    public void Add(IEngineSequence sequence, ReadOnlySpan<int> tokens)
    {
        var place = PlaceOf(tokens);
        var (before, after) = (Common(place - 1, tokens), Common(place, tokens));
        if (tokens.IsEmpty || tokens.Length > most || after == tokens.Length)
        {
            if (after > 0 && after == tokens.Length)
            {
                _entries[place].LastUse = ++_time;
            }

            sequence.Dispose();
            return;
        }

        if (before > 0 && before == _entries[place - 1].Tokens.Length)
        {
            // All of it is in the new one.
            var covered = _entries[--place].Sequence;
            Remove(place);
            covered.Dispose();
            before = Common(place - 1, tokens);
        }

        _entries.Insert(place, new(sequence, tokens.ToArray()) { LastUse = ++_time });
        Positions += tokens.Length - Math.Max(before, after);
        while (Positions > most)
        {
            EvictOldest();
        }
    }

    /// <summary>Frees the sequence that was of no use for longest.</summary>
    /// <returns>False where there is none.</returns>
    public bool EvictOldest()
    {
        var oldest = 0;
        for (var i = 1; i < _entries.Count; i++)
        {
            if (_entries[i].LastUse < _entries[oldest].LastUse)
            {
                oldest = i;
            }
        }

        if (_entries.Count == 0)
        {
            return false;
        }

        var sequence = _entries[oldest].Sequence;
        Remove(oldest);
        sequence.Dispose();
        return true;
    }

    private void Remove(int place)
    {
        var tokens = _entries[place].Tokens;
        _entries.RemoveAt(place);
        Positions -= tokens.Length - Math.Max(Common(place - 1, tokens), Common(place, tokens));
    }

    private int Common(int place, ReadOnlySpan<int> tokens)
        => place >= 0 && place < _entries.Count ? tokens.CommonPrefixLength(_entries[place].Tokens) : 0;

    /// <summary>The first entry that is not before the tokens.</summary>
    private int PlaceOf(ReadOnlySpan<int> tokens)
    {
        var (low, high) = (0, _entries.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (tokens.SequenceCompareTo(_entries[middle].Tokens) > 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private sealed class Entry(IEngineSequence sequence, int[] tokens)
    {
        public IEngineSequence Sequence => sequence;

        public int[] Tokens => tokens;

        public long LastUse { get; set; }
    }
}
