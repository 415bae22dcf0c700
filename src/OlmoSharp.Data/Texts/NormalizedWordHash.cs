using System.Runtime.CompilerServices;
using System.Text;

namespace OlmoSharp.Data.Texts;

/// <summary>
/// The hash of a word's normal form, which may be kept in files. The bytes are taken as little-endian numbers of 8, the last of 1 to 8 bytes moved up to the highest ones:
/// h ← mix(h ⊕ number, <c>9E3779B97F4A7C15</c>) from h = 0, where mix folds the product's upper 64 bits onto the lower; before the last number
/// length × <c>D6E8FEB86659FD93</c> is added by ⊕.
/// </summary>
internal struct NormalizedWordHash
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;
    private const ulong LengthMultiplier = 0xD6E8FEB86659FD93;

    // The sixth bit makes a letter lower case, and every digit has it.
    private const ulong LowerCase = 0x2020202020202020;

    private ulong _hash;
    private ulong _pending;
    private int _length;

    /// <summary>The hash of a word of ASCII letters and digits, after which more may be read up to a multiple of 8 bytes.</summary>
    /// <param name="start">Its first byte.</param>
    /// <param name="length">Its bytes, at least one.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong OfAscii(ref byte start, int length)
    {
        var lengthPart = (ulong)length * LengthMultiplier;
        ulong hash = 0;
        while (length > 8)
        {
            hash = Mix(hash ^ (Unsafe.ReadUnaligned<ulong>(ref start) | LowerCase));
            start = ref Unsafe.Add(ref start, 8);
            length -= 8;
        }

        var last = (Unsafe.ReadUnaligned<ulong>(ref start) | LowerCase) << (8 * (8 - length));
        return Mix(hash ^ last ^ lengthPart);
    }

    /// <summary>The hash of any word.</summary>
    /// <param name="word">Valid UTF-8, not empty.</param>
    public static ulong Of(ReadOnlySpan<byte> word)
    {
        var hash = default(NormalizedWordHash);
        Span<byte> encoded = stackalloc byte[4];
        while (word.Length > 0)
        {
            Rune.DecodeFromUtf8(word, out var rune, out var length);
            foreach (var part in encoded[..WordCharacters.ToLower(rune).EncodeToUtf8(encoded)])
            {
                hash.Append(part);
            }

            word = word[length..];
        }

        return hash.Complete();
    }

    private void Append(byte value)
    {
        if (_length > 0 && _length % 8 == 0)
        {
            _hash = Mix(_hash ^ _pending);
            _pending = 0;
        }

        _pending |= (ulong)value << (8 * (_length % 8));
        _length++;
    }

    private readonly ulong Complete() =>
        Mix(_hash ^ (_pending << (8 * ((8 - _length % 8) % 8))) ^ ((ulong)_length * LengthMultiplier));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong value)
    {
        var high = Math.BigMul(value, Multiplier, out var low);
        return high ^ low;
    }
}
