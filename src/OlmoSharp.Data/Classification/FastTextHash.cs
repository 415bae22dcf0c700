using System.Runtime.CompilerServices;

namespace OlmoSharp.Data.Classification;

/// <summary>fastText's hash of words and character n-grams: FNV-1a of 32 bits, but a byte above 7F changes the upper bits too, as a negative number does.</summary>
internal static class FastTextHash
{
    /// <summary>The hash of nothing.</summary>
    public const uint Start = 2166136261;

    /// <summary>The hash of a text and one more byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Append(uint hash, byte value) => (hash ^ (uint)(sbyte)value) * 16777619;

    /// <summary>The hash of a text.</summary>
    public static uint Of(ReadOnlySpan<byte> text)
    {
        var hash = Start;
        foreach (var value in text)
        {
            hash = Append(hash, value);
        }

        return hash;
    }

    /// <summary>Where to look for a hash first in a table.</summary>
    /// <param name="hash">The hash; the multiplication spreads those of short words, whose low bits are alike.</param>
    /// <param name="size">The size of the table, a power of two.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Slot(uint hash, int size) => (int)((hash * 0x9E3779B97F4A7C15) >> 32) & (size - 1);
}
