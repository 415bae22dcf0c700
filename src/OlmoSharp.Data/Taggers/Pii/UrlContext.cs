namespace OlmoSharp.Data.Taggers.Pii;

/// <summary>
/// Whether a number is part of a URL. Dolma means to leave such numbers out, but its expression begins with a backspace where a word boundary was meant, and so finds no URL at all.
/// A URL begins, as there, with <c>http://</c>, <c>https://</c>, <c>www.</c> (perhaps with digits) or a host whose last label has two to four letters and is followed by a slash.
/// It ends at white space and at <c>&lt;</c> and <c>&gt;</c>. No more than 2,048 bytes before and after a number are looked at, so that a long list of numbers costs no more than it is long.
/// </summary>
internal static class UrlContext
{
    private const int LongestUrl = 2048;

    private static readonly System.Buffers.SearchValues<byte> Letters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);
    private static readonly System.Buffers.SearchValues<byte> HostBytes = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"u8);

    /// <summary>Whether a URL begins before the end of a number and goes on through it.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="start">The first byte of the number.</param>
    /// <param name="end">The byte after its last.</param>
    public static bool IsIn(ReadOnlySpan<byte> text, int start, int end)
    {
        var (first, last) = (start, end);
        while (first > 0 && start - first < LongestUrl && !IsOutside(text[first - 1]))
        {
            first--;
        }

        while (last < text.Length && last - end < LongestUrl && !IsOutside(text[last]))
        {
            last++;
        }

        var before = text[first..start];
        return HasScheme(before) || HasWww(before) || HasHost(text[first..last], start - first);
    }

    private static bool IsOutside(byte value) => value is <= (byte)' ' or (byte)'<' or (byte)'>';

    private static bool HasScheme(ReadOnlySpan<byte> token)
    {
        for (var from = 0; token[from..].IndexOf("://"u8) is >= 0 and var next; from += next + 3)
        {
            var scheme = token[..(from + next)];
            if (EndsWith(scheme, "http"u8) || EndsWith(scheme, "https"u8))
            {
                return true;
            }
        }

        return false;

        static bool EndsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) =>
            text.Length >= word.Length && System.Text.Ascii.EqualsIgnoreCase(text[^word.Length..], word);
    }

    private static bool HasWww(ReadOnlySpan<byte> token)
    {
        for (var at = 0; at + 4 <= token.Length; at++)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(token.Slice(at, 3), "www"u8) && (at == 0 || !char.IsAsciiLetterOrDigit((char)token[at - 1]))
                && token[(at + 3)..].TrimStart("0123456789"u8) is [(byte)'.', ..])
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a host that begins at or before a place has a slash after it.</summary>
    private static bool HasHost(ReadOnlySpan<byte> token, int place)
    {
        for (var slash = token.IndexOf((byte)'/'); slash >= 0; slash = token[(slash + 1)..].IndexOf((byte)'/') is >= 0 and var next ? slash + 1 + next : -1)
        {
            var host = token[..slash];
            var start = host.LastIndexOfAnyExcept(HostBytes) + 1;
            var label = host[(host.LastIndexOf((byte)'.') + 1)..];
            if (start <= place && start < host.Length - label.Length && label.Length is >= 2 and <= 4 && !label.ContainsAnyExcept(Letters))
            {
                return true;
            }
        }

        return false;
    }
}
