using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers.Pii;

/// <summary>
/// Finds what Dolma's expressions for telephone numbers, <c>\s+\(?(\d{3})\)?[-\. ]*(\d{3})[-. ]?(\d{4})</c>, and IPv4 addresses, four numbers to 255 with dots between, find. Digits are ASCII.
/// </summary>
internal static class NumberScanner
{
    /// <summary>Finds telephone numbers.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="offset">What is added to places.</param>
    /// <param name="found">Where to add them.</param>
    public static void FindPhones(ReadOnlySpan<byte> text, int offset, List<PiiMatch> found)
    {
        var floor = 0;
        for (var from = 0; from < text.Length && text[from..].IndexOfAnyInRange((byte)'0', (byte)'9') is >= 0 and var next;)
        {
            var digits = from + next;
            from = digits + Digits(text[digits..]);
            var number = digits > floor && text[digits - 1] == '(' ? digits - 1 : digits;
            var start = SpaceStart(text, floor, number);
            if (start < number && Phone(text, digits) is > 0 and var end)
            {
                found.Add(new PiiMatch(PiiKind.Phone, offset + start, offset + end));
                from = floor = end;
            }
        }
    }

    /// <summary>Finds IPv4 addresses.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="offset">What is added to places.</param>
    /// <param name="found">Where to add them.</param>
    public static void FindAddresses(ReadOnlySpan<byte> text, int offset, List<PiiMatch> found)
    {
        var floor = 0;
        for (var from = 0; from < text.Length && text[from..].IndexOf((byte)'.') is >= 0 and var next;)
        {
            var dot = from + next;
            from = dot + 1;
            var start = NumberBefore(text, floor, dot);
            if (start < dot && Rest(text, dot) is > 0 and var end)
            {
                found.Add(new PiiMatch(PiiKind.IpAddress, offset + start, offset + end));
                from = floor = end;
            }
        }
    }

    private static int Digits(ReadOnlySpan<byte> text) => text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is >= 0 and var end ? end : text.Length;

    private static int SpaceStart(ReadOnlySpan<byte> text, int floor, int end)
    {
        var start = end;
        for (var at = end; at > floor;)
        {
            at--;
            if ((text[at] & 0xC0) == 0x80)
            {
                continue;
            }

            if (WhiteSpace.Length(text[at..end]) != start - at)
            {
                break;
            }

            start = at;
        }

        return start;
    }

    /// <summary>The end of the number whose first digit is given; 0 if it is none.</summary>
    private static int Phone(ReadOnlySpan<byte> text, int at)
    {
        if (!Take(text, ref at, 3))
        {
            return 0;
        }

        at += at < text.Length && text[at] == ')' ? 1 : 0;
        while (at < text.Length && text[at] is (byte)'-' or (byte)'.' or (byte)' ')
        {
            at++;
        }

        if (!Take(text, ref at, 3))
        {
            return 0;
        }

        at += at < text.Length && text[at] is (byte)'-' or (byte)'.' or (byte)' ' ? 1 : 0;
        return Take(text, ref at, 4) ? at : 0;
    }

    private static bool Take(ReadOnlySpan<byte> text, ref int at, int digits)
    {
        var holds = text.Length - at >= digits && Digits(text.Slice(at, digits)) == digits;
        at += digits;
        return holds;
    }

    /// <summary>The start of the longest number to 255 that ends at a place.</summary>
    private static int NumberBefore(ReadOnlySpan<byte> text, int floor, int end)
    {
        var start = end;
        while (start > floor && end - start < 3 && char.IsAsciiDigit((char)text[start - 1]))
        {
            start--;
        }

        return end - start == 3 && !IsByte(text[start..end]) ? start + 1 : start;
    }

    /// <summary>The end of the three numbers after the first dot; 0 if they are not there.</summary>
    private static int Rest(ReadOnlySpan<byte> text, int dot)
    {
        var at = dot + 1;
        for (var number = 2; number <= 4; number++)
        {
            var length = Digits(text.Slice(at, Math.Min(4, text.Length - at)));
            if (number == 4)
            {
                length = Math.Min(length, 3);
                return length == 0 ? 0 : at + (length == 3 && !IsByte(text.Slice(at, 3)) ? 2 : length);
            }

            if (length is 0 or > 3 || (length == 3 && !IsByte(text.Slice(at, 3))) || at + length >= text.Length || text[at + length] != '.')
            {
                return 0;
            }

            at += length + 1;
        }

        return 0;
    }

    private static bool IsByte(ReadOnlySpan<byte> digits) => (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + digits[2] - '0' <= 255;
}
