using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Texts;

/// <summary>Counts equal things by their 64-bit hashes (see <see cref="TextHash"/>). Its memory is used again and again.</summary>
internal sealed class HashCounts
{
    private HashCount[] _slots = new HashCount[256];
    private int _mask;

    /// <summary>Forgets everything.</summary>
    /// <param name="capacity">How many things will be added at most.</param>
    public void Reset(int capacity)
    {
        // A third full at most: a thing that is neither new nor known at its first place is rare, and so is a wrong guess of the processor.
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, 3 * capacity));
        if (_slots.Length < size)
        {
            _slots = new HashCount[size];
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
    /// <returns>Its count up to now.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly HashCount Add(ulong hash, int index)
    {
        ref var slots = ref MemoryMarshal.GetArrayDataReference(_slots);
        for (var at = (int)hash & _mask; ; at = (at + 1) & _mask)
        {
            ref var slot = ref Unsafe.Add(ref slots, at);

            // All bits where the slot is free, none where it is taken. Whether a thing is new is anybody's guess, so no branch asks.
            var isFree = (slot.Times - 1) >> 31;
            if (((slot.Hash ^ hash) & ~(ulong)(long)isFree) == 0)
            {
                slot.Hash = hash;
                slot.First = (slot.First & ~isFree) | (index & isFree);
                slot.Times++;
                return ref slot;
            }
        }
    }
}
