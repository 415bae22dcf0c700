using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace OlmoSharp.Data.Warc;

/// <summary>An HTTP response as a crawler kept it. Errors are <see cref="FormatException"/>s without a place.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Headers">The headers, by names in any case; of equal names the first.</param>
/// <param name="Body">The body without transfer and content encodings.</param>
internal sealed record HttpResponse(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The content type without parameters, in lower case.</summary>
    public string ContentType => Headers.GetValueOrDefault("Content-Type", "").Split(';', 2)[0].Trim().ToLowerInvariant();

    /// <summary>The charset that the headers name, if they do.</summary>
    public string? Charset => Headers.GetValueOrDefault("Content-Type", "").Split(';').Skip(1).Select(parameter => parameter.Split('=', 2))
        .FirstOrDefault(parts => parts.Length == 2 && parts[0].Trim().Equals("charset", StringComparison.OrdinalIgnoreCase))?[1].Trim(' ', '"', '\'');

    /// <summary>Takes a response apart.</summary>
    /// <param name="content">The record's content.</param>
    /// <param name="longestBody">The most bytes that a body may have without its encodings.</param>
    public static HttpResponse Parse(byte[] content, int longestBody)
    {
        var (headerLength, separator) = Split(content);
        var lines = Encoding.Latin1.GetString(content, 0, headerLength).Split('\n').Select(line => line.TrimEnd('\r')).ToArray();
        var first = lines[0].Split(' ', 3);
        if (!first[0].StartsWith("HTTP/", StringComparison.Ordinal) || first.Length < 2 || !int.TryParse(first[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status))
        {
            throw new FormatException("the record does not begin with an HTTP status line");
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                headers.TryAdd(line[..colon].Trim(), line[(colon + 1)..].Trim());
            }
        }

        ReadOnlyMemory<byte> body = content.AsMemory(headerLength + separator);
        if (headers.GetValueOrDefault("Transfer-Encoding", "").Contains("chunked", StringComparison.OrdinalIgnoreCase))
        {
            body = Unchunk(body);
        }

        foreach (var encoding in headers.GetValueOrDefault("Content-Encoding", "").ToLowerInvariant().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            body = Decode(encoding, body, longestBody);
        }

        return new HttpResponse(status, headers, body.ToArray());
    }

    private static (int Length, int Separator) Split(byte[] content)
    {
        var strict = content.AsSpan().IndexOf("\r\n\r\n"u8);
        var loose = content.AsSpan().IndexOf("\n\n"u8);
        return strict >= 0 && (loose < 0 || strict < loose) ? (strict, 4) : loose >= 0 ? (loose, 2) : throw new FormatException("the HTTP headers have no end");
    }

    /// <summary>Joins the chunks. Many crawlers keep the header but store the body joined; that is one that does not begin with a chunk's size.</summary>
    private static ReadOnlyMemory<byte> Unchunk(ReadOnlyMemory<byte> body)
    {
        if (!TryReadSize(body.Span, 0, out _, out _))
        {
            return body;
        }

        using var joined = new MemoryStream();
        var at = 0;
        while (true)
        {
            if (!TryReadSize(body.Span, at, out var size, out var begin))
            {
                throw new FormatException($"chunk at byte {at} of the body has no size");
            }

            if (size == 0)
            {
                return joined.ToArray();
            }

            if (size > body.Length - begin)
            {
                throw new FormatException($"chunk at byte {at} of the body is longer than the body");
            }

            joined.Write(body.Span.Slice(begin, size));
            at = begin + size;
            at += body.Span[at..].StartsWith("\r\n"u8) ? 2 : body.Span[at..].StartsWith("\n"u8) ? 1 : 0;
        }
    }

    private static bool TryReadSize(ReadOnlySpan<byte> body, int at, out int size, out int begin)
    {
        var end = body[at..].IndexOf((byte)'\n');
        (size, begin) = (0, at + end + 1);
        if (end is < 1 or > 1024)
        {
            return false;
        }

        var line = Encoding.Latin1.GetString(body.Slice(at, end)).Split(';', 2)[0].Trim();
        return int.TryParse(line, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out size) && size >= 0;
    }

    /// <summary>Takes a content encoding off. Many crawlers keep the header but store the body decoded; gzip and zlib are known by their first bytes.</summary>
    private static ReadOnlyMemory<byte> Decode(string encoding, ReadOnlyMemory<byte> body, int longest)
    {
        if (body.Length == 0)
        {
            return body;
        }

        var bytes = body.Span;
        using var input = new MemoryStream(body.ToArray());
        switch (encoding)
        {
            case "identity":
                return body;
            case "gzip" or "x-gzip":
                return bytes is [0x1F, 0x8B, ..] ? Decompress(new ICSharpCode.SharpZipLib.GZip.GZipInputStream(input), encoding, longest) : body;
            case "deflate":
                // RFC 9110 means zlib; some servers send bare deflate.
                return bytes is [var method, var flags, ..] && (method & 15) == 8 && (method * 256 + flags) % 31 == 0
                    ? Decompress(new ZLibStream(input, CompressionMode.Decompress), encoding, longest)
                    : bytes[0] == '<' ? body : Decompress(new DeflateStream(input, CompressionMode.Decompress), encoding, longest);
            case "br":
                return bytes[0] == '<' ? body : Decompress(new BrotliStream(input, CompressionMode.Decompress), encoding, longest);
            default:
                throw new FormatException($"content encoding \"{encoding}\" is not known");
        }
    }

    private static ReadOnlyMemory<byte> Decompress(Stream stream, string encoding, int longest)
    {
        using (stream)
        {
            using var output = new MemoryStream();
            var buffer = new byte[1 << 16];
            try
            {
                for (int read; (read = stream.Read(buffer)) > 0;)
                {
                    if (output.Length + read > longest)
                    {
                        throw new FormatException($"the body has more than max_record_bytes ({longest}) when it is decompressed");
                    }

                    output.Write(buffer, 0, read);
                }
            }
            catch (Exception error) when (error is InvalidOperationException || Documents.CompressedStream.IsDamage(error))
            {
                throw new FormatException($"the body is no valid {encoding} ({error.Message})", error);
            }

            return output.ToArray();
        }
    }
}
