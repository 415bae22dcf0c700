using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using OlmoSharp.Data.Deduplication.Keys;

namespace OlmoSharp.Data.Deduplication.Bloom;

/// <summary>
/// One segment of a Bloom filter. The bits of a key are ⌊(low + i · (rotl(high, 8) | 1) mod 2^64) · bits / 2^64⌋ for i from 0: double hashing
/// (Kirsch and Mitzenmacher) with a multiplication in the place of the remainder.
/// </summary>
internal sealed class BloomSegment
{
    // From this size on a segment does not stay in a core's own cache, and asking for memory ahead pays.
    private const int PrefetchWords = 1 << 16;
    private const int Ahead = 4;
    private const int PartWords = 1 << 20;

    private readonly ulong[] _words;
    private readonly ulong _bits;
    private readonly int _hashes;

    public BloomSegment(BloomParameters parameters)
    {
        if (parameters.SegmentBits / 64 > Array.MaxLength)
        {
            throw new DataException($"a Bloom filter of {parameters} is too large: a 256th of it must be less than 16 GiB. Lower estimated_doc_count or size_in_bytes.");
        }

        _bits = (ulong)parameters.SegmentBits;
        _words = new ulong[_bits / 64];
        _hashes = parameters.Hashes;
    }

    public bool Contains(KeyHash key)
    {
        var (position, step) = (key.Low, key.WithinCell | 1);
        for (var i = 0; i < _hashes; i++, position += step)
        {
            var bit = KeyHash.Scale(position, _bits);
            if ((_words[bit >> 6] & (1UL << (int)bit)) == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Adds a key. Returns whether it seemed to be there already.</summary>
    public bool Add(KeyHash key)
    {
        var (position, step) = (key.Low, key.WithinCell | 1);
        var missing = 0UL;
        for (var i = 0; i < _hashes; i++, position += step)
        {
            var bit = KeyHash.Scale(position, _bits);
            ref var word = ref _words[bit >> 6];
            missing |= ~word & (1UL << (int)bit);
            word |= 1UL << (int)bit;
        }

        return missing == 0;
    }

    /// <summary>Looks keys up in their order, adding those that are not there unless the filter is only read.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="verdicts">Becomes 1 for a key that was there, else 0.</param>
    /// <param name="isReadOnly">Whether nothing is added.</param>
    /// <returns>How many were not there.</returns>
    public int Resolve(ReadOnlySpan<KeyHash> keys, Span<byte> verdicts, bool isReadOnly)
    {
        var isLarge = _words.Length >= PrefetchWords && Sse.IsSupported;
        var fresh = 0;
        for (var i = 0; i < keys.Length; i++)
        {
            if (isLarge && i + Ahead < keys.Length)
            {
                Prefetch(keys[i + Ahead]);
            }

            var was = isReadOnly ? Contains(keys[i]) : Add(keys[i]);
            verdicts[i] = was ? (byte)1 : (byte)0;
            fresh += was ? 0 : 1;
        }

        return fresh;
    }

    /// <summary>Adds all that is in another segment of the same size.</summary>
    public void Merge(BloomSegment other)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            _words[i] |= other._words[i];
        }
    }

    /// <summary>XXH128 of the bits as they stand in a file: little-endian words, so that bit b is bit b mod 8 of byte b / 8.</summary>
    public UInt128 Hash()
    {
        var hash = new XxHash128();
        ForEachPart(part => hash.Append(part));
        return hash.GetCurrentHashAsUInt128();
    }

    /// <summary>Writes the bits.</summary>
    public void WriteTo(Stream stream) => ForEachPart(part => stream.Write(part));

    /// <summary>Reads the bits.</summary>
    public void ReadFrom(Stream stream) => ForEachPart(stream.ReadExactly);

    /// <summary>A span of bytes ends at 2 GB, and a segment may be larger.</summary>
    private void ForEachPart(BytesAction action)
    {
        for (var start = 0; start < _words.Length; start += PartWords)
        {
            action(MemoryMarshal.AsBytes(_words.AsSpan(start, Math.Min(PartWords, _words.Length - start))));
        }
    }

    private delegate void BytesAction(Span<byte> bytes);

    private unsafe void Prefetch(KeyHash key)
    {
        var (position, step) = (key.Low, key.WithinCell | 1);
        for (var i = 0; i < _hashes; i++, position += step)
        {
            // A prefetch of an address that the garbage collector has just moved is only useless.
            Sse.Prefetch0(Unsafe.AsPointer(ref _words[KeyHash.Scale(position, _bits) >> 6]));
        }
    }
}
