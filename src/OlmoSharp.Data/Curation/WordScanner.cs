using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace OlmoSharp.Data.Curation;

/// <summary>
/// Splits text into words for comparing: runs of letters and digits without regard to case, and each ideograph, kana or hangul syllable by itself.
/// </summary>
internal static class WordScanner
{
    /// <summary>Whether a letter belongs to a script that is written without spaces or nearly so: kana, ideographs, hangul.</summary>
    public static bool IsWide(Rune rune) => rune.Value is
        >= 0x3040 and < 0x3100 or >= 0x3400 and < 0x4DC0 or >= 0x4E00 and < 0xA000 or >= 0xAC00 and < 0xD7B0 or >= 0xF900 and < 0xFB00
        or >= 0x20000 and < 0x32000;

    /// <summary>Appends a 64-bit hash of each word, in order.</summary>
    public static void AppendWordHashes(ReadOnlySpan<char> text, List<ulong> hashes)
    {
        var word = ArrayPool<char>.Shared.Rent(text.Length + 2);
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var isWide = IsWide(rune);
            if (!isWide && Rune.IsLetterOrDigit(rune))
            {
                length += Rune.ToLowerInvariant(rune).EncodeToUtf16(word.AsSpan(length));
                continue;
            }

            if (length > 0)
            {
                hashes.Add(XxHash3.HashToUInt64(MemoryMarshal.AsBytes(word.AsSpan(0, length))));
                length = 0;
            }

            if (isWide)
            {
                hashes.Add(XxHash3.HashToUInt64(MemoryMarshal.AsBytes(word.AsSpan(0, rune.EncodeToUtf16(word)))));
            }
        }

        if (length > 0)
        {
            hashes.Add(XxHash3.HashToUInt64(MemoryMarshal.AsBytes(word.AsSpan(0, length))));
        }

        ArrayPool<char>.Shared.Return(word);
    }
}
