using System.Buffers;
using System.Text;

namespace OlmoSharp.Data.Texts;

/// <summary>
/// White space as Python's <c>str.split</c>, <c>str.strip</c> and <c>\s</c> know it, and so Dolma: Unicode's White_Space characters and the four separators U+001C to U+001F.
/// </summary>
public static class WhiteSpace
{
    /// <summary>Whether a character is white space.</summary>
    public static bool Is(Rune rune) => rune.Value is (>= 0x09 and <= 0x0D) or (>= 0x1C and <= 0x20) or 0x85 or 0xA0 or 0x1680
        or (>= 0x2000 and <= 0x200A) or 0x2028 or 0x2029 or 0x202F or 0x205F or 0x3000;

    /// <summary>How many bytes of white space begin here: 0 where the next character is none, or there is none.</summary>
    /// <param name="utf8">Valid UTF-8 from the first byte of a character on.</param>
    public static int Length(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return 0;
        }

        if (utf8[0] < 0x80)
        {
            return utf8[0] is (>= 0x09 and <= 0x0D) or (>= 0x1C and <= 0x20) ? 1 : 0;
        }

        return Rune.DecodeFromUtf8(utf8, out var rune, out var length) == OperationStatus.Done && Is(rune) ? length : 0;
    }

    /// <summary>The text without white space at its start and end.</summary>
    /// <param name="utf8">Valid UTF-8.</param>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> utf8)
    {
        while (Length(utf8) is > 0 and var length)
        {
            utf8 = utf8[length..];
        }

        while (Rune.DecodeLastFromUtf8(utf8, out var rune, out var length) == OperationStatus.Done && Is(rune))
        {
            utf8 = utf8[..^length];
        }

        return utf8;
    }
}
