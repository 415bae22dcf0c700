using System.Numerics;

namespace OlmoSharp.Data.Deduplication.Keys;

/// <summary>The different hashes of a few, in the order in which they first came; made to be filled over and over.</summary>
internal sealed class KeyHashSet
{
    private KeyHash[] _keys = new KeyHash[64];
    private int[] _slots = new int[128];
    private int _mask;
    private int _count;

    /// <summary>The hashes.</summary>
    public ReadOnlySpan<KeyHash> Keys => _keys.AsSpan(0, _count);

    /// <summary>Empties the set.</summary>
    /// <param name="capacity">The most hashes that will be added.</param>
    public void Reset(int capacity)
    {
        var slots = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(2 * capacity, 2));
        if (_keys.Length < capacity)
        {
            _keys = new KeyHash[2 * capacity];
        }

        if (_slots.Length < slots)
        {
            _slots = new int[slots];
        }

        _slots.AsSpan(0, slots).Clear();
        _mask = slots - 1;
        _count = 0;
    }

    /// <summary>Adds a hash if it is not there.</summary>
    public void Add(KeyHash key)
    {
        for (var slot = (int)key.Low & _mask; ; slot = (slot + 1) & _mask)
        {
            var place = _slots[slot];
            if (place == 0)
            {
                _keys[_count++] = key;
                _slots[slot] = _count;
                return;
            }

            if (_keys[place - 1] == key)
            {
                return;
            }
        }
    }
}
