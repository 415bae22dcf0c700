using System.Buffers;

namespace OlmoSharp.Data.Taggers.Secrets;

/// <summary>
/// Finds private keys: what stands from <c>BEGIN … PRIVATE KEY</c> to the line that ends it, if nothing but the key is between; else the words alone. PuTTY's are found by their first words.
/// </summary>
internal static class PrivateKeys
{
    private static readonly string[] Algorithms = ["", "DSA ", "EC ", "RSA ", "OPENSSH ", "ENCRYPTED ", "SSH2 ENCRYPTED ", "PGP "];

    // Base64, line ends as they are or as escapes, the headers that some keys have, and what joins lines in code.
    private static readonly SearchValues<byte> KeyBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=-\\\r\n\t ,:.\"'"u8);

    /// <summary>Finds keys.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="found">Where to add them.</param>
    public static void Find(ReadOnlySpan<byte> text, List<SecretMatch> found)
    {
        var noEnd = 0;
        for (var at = 0; text[at..].IndexOf("PRIVATE KEY"u8) is >= 0 and var next;)
        {
            var words = at + next;
            at = words + "PRIVATE KEY"u8.Length;
            var start = StartOf(text[..words]);
            if (start < 0)
            {
                continue;
            }

            if (at >= noEnd)
            {
                var end = EndOf(text, at, out noEnd);
                at = end > 0 ? end : at;
            }

            found.Add(new SecretMatch(SecretKind.PrivateKey, start, at));
        }

        for (var at = 0; text[at..].IndexOf("PuTTY-User-Key-File-"u8) is >= 0 and var next;)
        {
            var start = at + next;
            at = start + "PuTTY-User-Key-File-"u8.Length;
            found.Add(new SecretMatch(SecretKind.PrivateKey, start, at));
        }
    }

    private static int StartOf(ReadOnlySpan<byte> before)
    {
        foreach (var algorithm in Algorithms)
        {
            var length = "BEGIN ".Length + algorithm.Length;
            if (before.Length >= length && System.Text.Ascii.Equals(before[^algorithm.Length..], algorithm) && before[^length..].StartsWith("BEGIN "u8))
            {
                var start = before.Length - length;
                return before[..start].EndsWith("-----"u8) ? start - 5 : start;
            }
        }

        return -1;
    }

    /// <summary>The end of the line that ends a key; 0 where none does before something that is no part of a key.</summary>
    private static int EndOf(ReadOnlySpan<byte> text, int at, out int noEnd)
    {
        noEnd = SecretBytes.End(text, at, KeyBytes);
        var key = text[at..noEnd];
        if (key.IndexOf("-----END "u8) is not (>= 0 and var end))
        {
            return 0;
        }

        var last = text[(at + end + 9)..];
        return last[..Math.Min(last.Length, 64)].IndexOf("-----"u8) is >= 0 and var close ? at + end + 9 + close + 5 : at + end + 9;
    }
}
