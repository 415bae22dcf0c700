using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Decontamination.Matching;

/// <summary>Says of most n-grams that they are none of a set, from a table of bits that a processor's cache can hold.</summary>
internal sealed class NgramFilter
{
    private const int BitsPerNgram = 16;
    private readonly ulong[] _bits;
    private readonly int _shift;

    /// <summary>Makes a filter of n-grams' hashes.</summary>
    public NgramFilter(IReadOnlyCollection<ulong> ngrams)
    {
        var bits = BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1 << 12, BitsPerNgram * (long)ngrams.Count));
        _bits = new ulong[bits / 64];
        _shift = 64 - BitOperations.Log2(bits);
        foreach (var hash in ngrams)
        {
            var bit = hash >> _shift;
            _bits[bit / 64] |= 1UL << (int)bit;
        }
    }

    /// <summary>False where an n-gram is certainly none of the set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MayHold(ulong hash)
    {
        var bit = hash >> _shift;
        return (Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_bits), (nint)(bit / 64)) >> (int)bit & 1) != 0;
    }
}
