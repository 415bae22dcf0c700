using System.Buffers;

namespace OlmoSharp.Data.Taggers.Secrets;

/// <summary>Finds passwords in URLs, <c>://user:password@</c>, neither of which has white space or a character that RFC 3986 reserves.</summary>
internal static class BasicAuth
{
    private static readonly SearchValues<byte> Ends = SearchValues.Create(":/?#[]@!$&'()*+,;= \t\n\v\f\r\"<>`"u8);

    /// <summary>Finds passwords.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="found">Where to add them.</param>
    public static void Find(ReadOnlySpan<byte> text, List<SecretMatch> found)
    {
        for (var at = 0; text[at..].IndexOf("://"u8) is >= 0 and var next;)
        {
            at += next + 3;
            var user = text[at..].IndexOfAny(Ends);
            if (user <= 0 || text[at + user] != ':')
            {
                continue;
            }

            var start = at + user + 1;
            var length = text[start..].IndexOfAny(Ends);
            if (length > 0 && text[start + length] == '@')
            {
                found.Add(new SecretMatch(SecretKind.BasicAuth, start, start + length));
                at = start + length;
            }
        }
    }
}
