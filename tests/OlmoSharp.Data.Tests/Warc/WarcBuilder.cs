using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace OlmoSharp.Data.Tests.Warc;

/// <summary>Writes WARC files as crawlers do: each record a gzip member of its own.</summary>
internal sealed class WarcBuilder
{
    private readonly List<byte[]> _records = [];

    public WarcBuilder() => Add("warcinfo", "application/warc-fields", "software: test\r\n"u8.ToArray(), "WARC-Date: 2024-05-01T00:00:00Z", "WARC-Filename: crawl.warc.gz");

    public static string Page(string title, string sentence, string head = "") =>
        $"<html><head>{head}<title>{title}</title><script>var hidden;</script></head><body><nav><a href='/'>Menu</a></nav><article><h1>{title}</h1>"
        + string.Concat(Enumerable.Range(0, 12).Select(i => $"<p>{sentence} number {i}, with commas, and enough words that a reader takes it for the text of the page.</p>"))
        + "</article><footer>Imprint</footer></body></html>";

    public WarcBuilder Add(string type, string contentType, byte[] content, params string[] headers)
    {
        var head = $"WARC/1.0\r\nWARC-Type: {type}\r\nContent-Type: {contentType}\r\n{string.Concat(headers.Select(header => header + "\r\n"))}Content-Length: {content.Length.ToString(CultureInfo.InvariantCulture)}\r\n\r\n";
        _records.Add([.. Encoding.UTF8.GetBytes(head), .. content, .. "\r\n\r\n"u8]);
        return this;
    }

    public WarcBuilder Response(string url, byte[] body, string httpHeaders = "Content-Type: text/html; charset=utf-8", string status = "200 OK", string? digest = null) => Add(
        "response", "application/http; msgtype=response",
        [.. Encoding.Latin1.GetBytes($"HTTP/1.1 {status}\r\n{httpHeaders}\r\n\r\n"), .. body],
        digest is null ? [$"WARC-Target-URI: {url}"] : [$"WARC-Target-URI: {url}", $"WARC-Payload-Digest: sha1:{digest}"]);

    public WarcBuilder Response(string url, string body) => Response(url, Encoding.UTF8.GetBytes(body));

    public byte[] Plain() => [.. _records.SelectMany(record => record)];

    public byte[] Gzip() => [.. _records.SelectMany(Member)];

    private static byte[] Member(byte[] record)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(record);
        }

        return bytes.ToArray();
    }
}
