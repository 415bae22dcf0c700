namespace OlmoSharp.Inference.Constraints;

/// <summary>The byte sequences of ranges of characters in UTF-8.</summary>
internal static class Utf8Sequences
{
    private static readonly (int Low, int High)[] ByLength = [(0, 0x7F), (0x80, 0x7FF), (0x800, 0xFFFF), (0x10000, 0x10FFFF)];

    /// <summary>Splits a range of code points into sequences of byte ranges: together they are the UTF-8 of its characters. Surrogates are no characters and are left out.</summary>
    public static IEnumerable<(byte Low, byte High)[]> Of(int low, int high)
    {
        if (low < 0xD800 && high >= 0xD800)
        {
            return Of(low, 0xD7FF).Concat(Of(0xE000, high));
        }

        low = low is >= 0xD800 and <= 0xDFFF ? 0xE000 : low;
        return ByLength.SelectMany((range, i) => Math.Max(low, range.Low) is var from && Math.Min(high, range.High) is var to && from <= to
            ? Split(from, to, i + 1)
            : []);
    }

    /// <summary>Splits a range whose characters have as many bytes until the bytes after each differing one take all their values.</summary>
    private static IEnumerable<(byte Low, byte High)[]> Split(int low, int high, int length)
    {
        for (var free = 1; free < length; free++)
        {
            var last = (1 << (6 * free)) - 1;
            if ((low & ~last) == (high & ~last))
            {
                break;
            }

            if ((low & last) != 0)
            {
                return Split(low, low | last, length).Concat(Split((low | last) + 1, high, length));
            }

            if ((high & last) != last)
            {
                return Split(low, (high & ~last) - 1, length).Concat(Split(high & ~last, high, length));
            }
        }

        return [[.. Enumerable.Range(0, length).Select(i => (Byte(low, i, length), Byte(high, i, length)))]];
    }

    private static byte Byte(int character, int place, int length)
    {
        var bits = character >> (6 * (length - 1 - place));
        return (byte)(place > 0 ? 0x80 | (bits & 0x3F) : length == 1 ? bits : (0xFF00 >> length & 0xFF) | bits);
    }
}
