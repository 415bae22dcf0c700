using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Texts;

/// <summary>
/// 64-bit hashes that stand for equality inside one document: two different ones of n hashed parts collide with probability of about n²/2⁶⁵, that is,
/// once in 3 million documents of a million words each. They never leave the process.
/// </summary>
internal static class TextHash
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;
    private const ulong Other = 0xD6E8FEB86659FD93;

    /// <summary>Hashes bytes after which at least 7 more may be read.</summary>
    /// <param name="start">The first byte.</param>
    /// <param name="length">How many bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ref byte start, int length)
    {
        var hash = (ulong)length * Other;
        while (length > 8)
        {
            hash = Mix(hash ^ Unsafe.ReadUnaligned<ulong>(ref start), Multiplier);
            start = ref Unsafe.Add(ref start, 8);
            length -= 8;
        }

        // An empty part reads nothing: shifting a 64-bit number by 64 would leave it whole.
        var last = length == 0 ? 0 : Unsafe.ReadUnaligned<ulong>(ref start) << (8 * (8 - length));
        return Mix(hash ^ last, Multiplier);
    }

    /// <summary>Hashes a part of a text.</summary>
    public static ulong Of(PaddedText text, int start, int end) =>
        Of(ref Unsafe.Add(ref MemoryMarshal.GetReference(text.Padded), start), end - start);

    /// <summary>The hash of a sequence from that of all but its last element and that of the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Append(ulong sequence, ulong element) => Mix(sequence + Multiplier, element ^ Other);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }
}
