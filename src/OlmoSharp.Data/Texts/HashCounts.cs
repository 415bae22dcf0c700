using System.Numerics;

namespace OlmoSharp.Data.Texts;

/// <summary>Counts equal things by their 64-bit hashes (see <see cref="TextHash"/>). Its memory is used again and again.</summary>
internal sealed class HashCounts
{
    private Slot[] _slots = new Slot[256];
    private int _mask;

    /// <summary>Forgets everything.</summary>
    /// <param name="capacity">How many things will be added at most.</param>
    public void Reset(int capacity)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, 2 * capacity));
        if (_slots.Length < size)
        {
            _slots = new Slot[size];
        }
        else
        {
            _slots.AsSpan(0, size).Clear();
        }

        _mask = size - 1;
    }

    /// <summary>Counts one more.</summary>
    /// <param name="hash">Its hash.</param>
    /// <param name="index">Its place; that of the first with this hash is kept.</param>
    /// <returns>Where its count is: see <see cref="Count"/>.</returns>
    public int Add(ulong hash, int index)
    {
        for (var at = (int)hash & _mask; ; at = (at + 1) & _mask)
        {
            ref var slot = ref _slots[at];
            if (slot.Count == 0)
            {
                slot = new Slot { Hash = hash, First = index, Count = 1 };
                return at;
            }

            if (slot.Hash == hash)
            {
                slot.Count++;
                return at;
            }
        }
    }

    /// <summary>How many were added with the same hash.</summary>
    /// <param name="slot">What <see cref="Add"/> returned.</param>
    public int Count(int slot) => _slots[slot].Count;

    /// <summary>The place of the first of them.</summary>
    /// <param name="slot">What <see cref="Add"/> returned.</param>
    public int First(int slot) => _slots[slot].First;

    private struct Slot
    {
        public ulong Hash;
        public int First;
        public int Count;
    }
}
