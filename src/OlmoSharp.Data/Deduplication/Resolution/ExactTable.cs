using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using OlmoSharp.Data.Deduplication.Keys;

namespace OlmoSharp.Data.Deduplication.Resolution;

/// <summary>A hash table of hashes with open addressing and linear probing, of fixed size.</summary>
internal sealed class ExactTable
{
    private const int Ahead = 12;
    private const long MaxSlots = 1 << 30;

    private readonly KeyHash[] _keys;
    private readonly KeyOrigin[] _firsts;

    /// <param name="keys">The most keys that will be added, less than <see cref="MaxKeys"/>.</param>
    /// <param name="keepsFirsts">Whether a key's first occurrence is kept.</param>
    public ExactTable(long keys, bool keepsFirsts)
    {
        var slots = 3 * keys / 2 + 1;
        _keys = new KeyHash[slots];
        _firsts = keepsFirsts ? new KeyOrigin[slots] : [];
    }

    /// <summary>The most keys that a table can hold.</summary>
    public static long MaxKeys => MaxSlots * 2 / 3 - 1;

    /// <summary>Bytes that a key takes.</summary>
    public static int BytesPerKey(bool keepsFirsts) => (KeyHash.Bytes + (keepsFirsts ? Unsafe.SizeOf<KeyOrigin>() : 0)) * 3 / 2;

    /// <summary>Empties the table.</summary>
    public void Clear() => Array.Clear(_keys);

    /// <summary>Adds a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="origin">Where it occurs.</param>
    /// <param name="first">Where it occurred first, if that is kept and it did.</param>
    /// <returns>Whether it was there.</returns>
    public bool Add(KeyHash key, KeyOrigin origin, out KeyOrigin first)
    {
        first = default;

        // All zero means an empty slot.
        key = key == default ? new KeyHash(0, 1) : key;
        for (var slot = Slot(key); ; slot = slot + 1 == _keys.Length ? 0 : slot + 1)
        {
            if (_keys[slot] == key)
            {
                first = _firsts.Length > 0 ? _firsts[slot] : default;
                return true;
            }

            if (_keys[slot] == default)
            {
                _keys[slot] = key;
                if (_firsts.Length > 0)
                {
                    _firsts[slot] = origin;
                }

                return false;
            }
        }
    }

    /// <summary>Asks for the memory that a coming key of a row will need.</summary>
    public unsafe void Prefetch(ReadOnlySpan<KeyHash> keys, int current)
    {
        if (Sse.IsSupported && current + Ahead < keys.Length)
        {
            // A prefetch of an address that the garbage collector has just moved is only useless.
            Sse.Prefetch0(Unsafe.AsPointer(ref _keys[Slot(keys[current + Ahead])]));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Slot(KeyHash key) => (int)KeyHash.Scale(key.WithinCell, (ulong)_keys.Length);
}
