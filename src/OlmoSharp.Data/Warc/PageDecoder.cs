using System.Text;
using System.Text.RegularExpressions;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Warc;

/// <summary>Turns the bytes of a page into text: by a byte order mark, else the HTTP header, else a <c>meta</c> tag at the start, else UTF-8 if they are, else windows-1252.</summary>
internal static partial class PageDecoder
{
    private const int MetaBytes = 1024;

    static PageDecoder() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>Decodes a page; what is invalid becomes U+FFFD.</summary>
    /// <param name="body">The page.</param>
    /// <param name="charset">The charset of the HTTP headers, if any.</param>
    public static string Decode(ReadOnlySpan<byte> body, string? charset)
    {
        var (encoding, mark) = body switch
        {
            [0xEF, 0xBB, 0xBF, ..] => (Encoding.UTF8, 3),
            [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode, 2),
            [0xFF, 0xFE, ..] => (Encoding.Unicode, 2),
            _ => (Find(charset) ?? Declared(body) ?? (Utf8Place.FindInvalidByte(body) < 0 ? Encoding.UTF8 : Encoding.GetEncoding(1252)), 0),
        };
        return encoding.GetString(body[mark..]);
    }

    private static Encoding? Declared(ReadOnlySpan<byte> body)
    {
        var found = MetaCharset.Match(Encoding.Latin1.GetString(body[..Math.Min(MetaBytes, body.Length)]));

        // A page that could be read for its ASCII tag is not in UTF-16, whatever the tag says.
        return found.Success && Find(found.Groups[1].Value) is { } encoding ? encoding is UnicodeEncoding ? Encoding.UTF8 : encoding : null;
    }

    /// <summary>The encoding that browsers take for a label, or null for one that is not known.</summary>
    private static Encoding? Find(string? label)
    {
        try
        {
            // Browsers take Latin-1 and ASCII for windows-1252, and the national standards for their supersets.
            return label?.Trim().ToLowerInvariant() switch
            {
                null or "" or "utf-7" => null,
                "iso-8859-1" or "iso8859-1" or "latin1" or "l1" or "us-ascii" or "ascii" => Encoding.GetEncoding(1252),
                "utf8" => Encoding.UTF8,
                "gb2312" or "gbk" or "x-gbk" => Encoding.GetEncoding(54936),
                "iso-8859-9" or "latin5" => Encoding.GetEncoding(1254),
                "shift-jis" or "sjis" or "x-sjis" => Encoding.GetEncoding(932),
                var name => Encoding.GetEncoding(name),
            };
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    [GeneratedRegex("<meta[^>]*?charset\\s*=\\s*[\"']?\\s*([A-Za-z0-9_:.-]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MetaCharset { get; }
}
