using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OlmoSharp.Data.Texts;

/// <summary>Looks for an ASCII word in a text, whatever the case of its letters.</summary>
internal static class AsciiSearch
{
    /// <summary>Whether the text has the word, also inside others.</summary>
    /// <param name="text">The text.</param>
    /// <param name="word">At least two and at most <see cref="PaddedText.Padding"/> minus 32 ASCII characters, no capitals; first and last are letters.</param>
    public static bool Contains(PaddedText text, ReadOnlySpan<byte> word)
    {
        ref var origin = ref MemoryMarshal.GetReference(text.Padded);
        var first = Vector256.Create(word[0]);
        var last = Vector256.Create(word[^1]);
        var lower = Vector256.Create((byte)0x20);
        var limit = text.Length - word.Length;
        for (var start = 0; start <= limit; start += 32)
        {
            ref var at = ref Unsafe.Add(ref origin, start);
            var found = (Vector256.Equals(Vector256.LoadUnsafe(ref at) | lower, first)
                & Vector256.Equals(Vector256.LoadUnsafe(ref at, (nuint)word.Length - 1) | lower, last)).ExtractMostSignificantBits();
            for (; found != 0; found &= found - 1)
            {
                var place = start + BitOperations.TrailingZeroCount(found);
                if (place <= limit && System.Text.Ascii.EqualsIgnoreCase(text.Span.Slice(place, word.Length), word))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
