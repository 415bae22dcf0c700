using System.IO.Hashing;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Deduplication.Keys;

/// <summary>The 128-bit hash that stands for a key: XXH128 of its UTF-8 bytes. Two keys of one hash are taken for the same.</summary>
/// <param name="High">The upper 64 bits; its first bits choose the cell.</param>
/// <param name="Low">The lower 64 bits.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct KeyHash(ulong High, ulong Low)
{
    /// <summary>Bytes of a hash in memory and in files.</summary>
    internal const int Bytes = 16;

    /// <summary>Hashes a key.</summary>
    /// <param name="key">Its bytes.</param>
    /// <param name="seed">The seed of XXH128.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static KeyHash Of(ReadOnlySpan<byte> key, ulong seed = 0)
    {
        var hash = XxHash128.HashToUInt128(key, (long)seed);
        return new KeyHash((ulong)(hash >> 64), (ulong)hash);
    }

    /// <summary>The cell of a hash: equal keys share one, so that cells can be worked on apart.</summary>
    /// <param name="cellBits">The binary logarithm of the number of cells, 0 to 8.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Cell(int cellBits) => (int)(High >> 32 >> (32 - cellBits));

    /// <summary>64 bits that the cell does not fix at the top.</summary>
    internal ulong WithinCell
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => BitOperations.RotateLeft(High, 8);
    }

    /// <summary>Scales a 64-bit number, uniform over all values, to one below a limit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Scale(ulong value, ulong limit) => Math.BigMul(value, limit, out _);
}
