using System.IO.Compression;
using System.Text;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Data.Tests.Jobs;
using OlmoSharp.Data.Warc;
using OlmoSharp.Distributed;
using Xunit;

namespace OlmoSharp.Data.Tests.Warc;

public sealed class WarcJobTests : IDisposable
{
    private const string Sentence = "Grüße — a sentence “quoted”";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("warc")]
    [InlineData("warc.gz")]
    public void Pages_become_documents_with_Dolmas_metadata(string extension)
    {
        var builder = new WarcBuilder()
            .Add("request", "application/http; msgtype=request", "GET / HTTP/1.1\r\n\r\n"u8.ToArray())
            .Response("https://example.org/a?b=1#part", Encoding.UTF8.GetBytes(WarcBuilder.Page("Title", Sentence)), "Content-Type: text/html; charset=UTF-8\r\nDate: Wed, 01 May 2024 10:11:12 GMT", digest: "ABCDEF")
            .Response("https://example.org/gone", "gone"u8.ToArray(), status: "404 Not Found")
            .Response("https://example.org/image", [1, 2], "Content-Type: image/png");
        _folder.Write($"in/x/a.{extension}", extension == "warc" ? builder.Plain() : builder.Gzip());
        var counts = Run(Config()).Totals;
        Assert.Equal((1, 1, 2), (counts["documents"], counts["other records"], counts["other responses"]));
        var document = Assert.Single(Documents("x/a"));
        Assert.Equal(("abcdef", "web", "2024-05-01T10:11:12.000Z"), (document.Id, document.Source, document.Created));
        Assert.Equal(
            $$"""{"warc_url":"https://example.org/a?b=1#part","url":"example.org/a?b=1","warc_date":"2024-05-01T00:00:00.000Z","warc_filename":"crawl.warc.gz","content_type":"text/html","uncompressed_offset":{{Encoding.Latin1.GetString(builder.Plain()).IndexOf("WARC/1.0\r\nWARC-Type: response", StringComparison.Ordinal)}}}""",
            document.Metadata!.ToJsonString());
        var lines = document.Text.Split('\n');
        Assert.Contains($"{Sentence} number 7, with commas, and enough words that a reader takes it for the text of the page.", lines);
        Assert.DoesNotContain(lines, line => line.Contains("hidden", StringComparison.Ordinal) || line.Contains("Imprint", StringComparison.Ordinal) || line.Contains("Menu", StringComparison.Ordinal));
    }

    [Fact]
    public void Transfer_and_content_encodings_are_taken_off()
    {
        var page = Encoding.UTF8.GetBytes(WarcBuilder.Page("T", Sentence));
        var chunked = page.Chunk(500).SelectMany(chunk => (byte[])[.. Encoding.ASCII.GetBytes($"{chunk.Length:x};ext=1\r\n"), .. chunk, .. "\r\n"u8]).Concat("0\r\n\r\n"u8.ToArray()).ToArray();
        var builder = new WarcBuilder()
            .Response("http://x/0", page)
            .Response("http://x/1", chunked, Headers("Transfer-Encoding: chunked"))
            .Response("http://x/2", page, Headers("Transfer-Encoding: chunked"))
            .Response("http://x/3", Compressed(stream => new GZipStream(stream, CompressionLevel.Optimal)), Headers("Content-Encoding: gzip"))
            .Response("http://x/4", page, Headers("Content-Encoding: gzip"))
            .Response("http://x/5", Compressed(stream => new ZLibStream(stream, CompressionLevel.Optimal)), Headers("Content-Encoding: deflate"))
            .Response("http://x/6", Compressed(stream => new DeflateStream(stream, CompressionLevel.Optimal)), Headers("Content-Encoding: deflate"))
            .Response("http://x/7", Compressed(stream => new BrotliStream(stream, CompressionLevel.Optimal)), Headers("Content-Encoding: br"));
        _folder.Write("in/a.warc.gz", builder.Gzip());
        Run(Config());
        var documents = Documents("a");
        Assert.Equal(8, documents.Count);
        Assert.All(documents, document => Assert.Equal(documents[0].Text, document.Text));
        Assert.Contains(Sentence, documents[0].Text, StringComparison.Ordinal);

        byte[] Compressed(Func<Stream, Stream> wrap)
        {
            using var bytes = new MemoryStream();
            using (var stream = wrap(bytes))
            {
                stream.Write(page);
            }

            return bytes.ToArray();
        }

        static string Headers(string encoding) => "Content-Type: text/html; charset=utf-8\r\n" + encoding;
    }

    [Fact]
    public void Charsets_come_from_mark_header_tag_or_the_bytes()
    {
        var text = WarcBuilder.Page("T", "“Grüße”");
        byte[] windows = [.. text.SelectMany(c => c switch { '“' => [0x93], '”' => [0x94], 'ü' => [0xFC], 'ß' => [0xDF], _ => new[] { (byte)c } })];
        _folder.Write("in/a.warc", new WarcBuilder()
            .Response("http://x/mark", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)], "Content-Type: text/html; charset=utf-8")
            .Response("http://x/header", windows, "Content-Type: text/html; charset=\"ISO-8859-1\"")
            .Response("http://x/tag", [.. "<meta http-equiv='content-type' content='text/html; charset=windows-1252'>"u8, .. windows], "Content-Type: text/html")
            .Response("http://x/unknown", windows, "Content-Type: text/html; charset=nonsense")
            .Response("http://x/utf8", Encoding.UTF8.GetBytes(text), "Content-Type: text/html")
            .Plain());
        Run(Config());
        Assert.All(Documents("a"), document => Assert.Contains("“Grüße” number 3", document.Text, StringComparison.Ordinal));

        // JIS X 0208 row 4: hiragana A is A4 A2 in EUC-JP and 82 A0 in Shift_JIS.
        Assert.Equal("あ", PageDecoder.Decode([0xA4, 0xA2], "euc-jp"));
        Assert.Equal("あ", PageDecoder.Decode([0x82, 0xA0], "x-sjis"));
    }

    [Fact]
    public void A_page_without_an_article_gives_its_visible_text_however_deep_it_is()
    {
        var deep = string.Concat(Enumerable.Repeat("<div>", 20_000)) + "bottom <b>of</b>\n the  page<br>next" + string.Concat(Enumerable.Repeat("</div>", 20_000));
        _folder.Write("in/a.warc", new WarcBuilder()
            .Response("http://x/short", "<p>one</p><ul><li>two<li>three</ul><pre>a\n  b</pre><p hidden>no</p><style>p{}</style>")
            .Response("http://x/deep", deep)
            .Response("http://x/text", Encoding.UTF8.GetBytes("plain\r\n  text "), "Content-Type: text/plain")
            .Response("http://x/empty", "<p> </p>")
            .Plain());
        var counts = Run(Config()).Totals;
        Assert.Equal(["one\ntwo\nthree\na\n  b", "bottom of the page\nnext", "plain\n  text"], Documents("a").Select(document => document.Text));
        Assert.Equal((1, 2), (counts["too short"], counts["without an article"]));
    }

    [Fact]
    public void Addresses_that_came_before_and_short_texts_can_be_left_out()
    {
        _folder.Write("in/a.warc", new WarcBuilder().Response("http://x/1", "<p>long enough</p>").Response("https://x/1#two", "<p>long enough</p>").Response("http://x/3", "<p>short</p>").Plain());
        var counts = Run(Config("skip_duplicate_urls: true\nmin_chars: 8\nstore_html_in_metadata: true")).Totals;
        Assert.Equal((1, 1, 1), (counts["documents"], counts["duplicate addresses"], counts["too short"]));
        Assert.Equal("<p>long enough</p>", (string?)Documents("a")[0].Metadata!["html"]);
    }

    [Fact]
    public void Documents_are_the_same_however_the_work_is_divided_and_wherever_it_stops()
    {
        for (var file = 0; file < 3; file++)
        {
            var builder = new WarcBuilder();
            for (var page = 0; page < 4; page++)
            {
                builder.Response($"http://x/{file}/{page}", WarcBuilder.Page($"T{page}", $"Sentence {file}"));
            }

            _folder.Write($"in/{file}.warc.gz", builder.Gzip());
        }

        Run(Config());
        var expected = Outputs();
        Assert.Equal(6, expected.Count);
        foreach (var processes in new[] { 2, 3 })
        {
            Directory.Delete(_folder.At("out"), recursive: true);
            ThreadGroup.Run(processes, group => Run(Config("processes: 2"), group: group));
            Assert.Equal(expected, Outputs());
        }

        var random = new Random(5);
        for (var attempt = 0; attempt < 20; attempt++)
        {
            Directory.Delete(_folder.At("out"), recursive: true);
            var stopAt = random.Next(12);
            Assert.Throws<DataException>(() => Run(Config(), onPage: done =>
            {
                if (done > stopAt)
                {
                    throw new DataException("stopped");
                }
            }));
            Assert.Equal(stopAt / 4, Run(Config()).Skipped);
            Assert.Equal(expected, Outputs());
        }
    }

    [Theory]
    [InlineData("no http", "Content-Type: text/html", "does not begin with an HTTP status line")]
    [InlineData("5\r\nab", "Transfer-Encoding: chunked", "longer than the body")]
    [InlineData("\u001f\u008bxxxx", "Content-Encoding: gzip", "no valid gzip")]
    [InlineData("x", "Content-Encoding: zzz", "content encoding \"zzz\" is not known")]
    public void A_response_that_cannot_be_read_stops_the_job_or_goes_to_quarantine(string body, string headers, string reason)
    {
        var builder = new WarcBuilder();
        var offset = builder.Plain().Length;
        _ = body == "no http"
            ? builder.Add("response", "application/http", "nothing\r\n\r\n"u8.ToArray(), "WARC-Target-URI: http://x/")
            : builder.Response("http://x/", Encoding.Latin1.GetBytes(body), headers);
        _folder.Write("in/a.warc.gz", builder.Response("http://x/2", "<p>fine</p>").Gzip());
        var message = Assert.Throws<DataException>(() => Run(Config())).Message;
        Assert.Contains($"a.warc.gz, record at byte {offset} (uncompressed): ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("out", "a.jsonl.gz")));
        var counts = Run(Config(), quarantines: true).Totals;
        Assert.Equal((1, 1), (counts["documents"], counts["quarantined"]));
        Assert.Contains(reason.Split('"')[0], File.ReadAllText(_folder.At("out", ".quarantine", "a.jsonl.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_an_error_with_its_byte()
    {
        var builder = new WarcBuilder().Response("http://x/", WarcBuilder.Page("T", "S"));
        var plain = builder.Plain();
        var gzip = builder.Gzip();
        Assert.Contains("the file ends 54 bytes before the record does", Error("a.warc", plain[..^58]), StringComparison.Ordinal);
        Assert.Contains("after byte ", Error("a.warc.gz", gzip[..^20]), StringComparison.Ordinal);
        Assert.Contains("record at byte 0 (uncompressed): a record should begin here", Error("a.warc", "hello\n"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("no Content-Length", Error("a.warc", "WARC/1.0\r\nWARC-Type: response\r\n\r\n"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("goes on behind its Content-Length", Error("a.warc", "WARC/1.0\r\nContent-Length: 1\r\n\r\nabc"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("more than max_record_bytes (1024)", Error("a.warc", plain, "max_record_bytes: 1024"), StringComparison.Ordinal);
        var bomb = new WarcBuilder().Response("http://x/", Zeros(), "Content-Type: text/html\r\nContent-Encoding: br");
        Assert.Contains("when it is decompressed", Error("a.warc", bomb.Plain(), "max_record_bytes: 100000"), StringComparison.Ordinal);

        string Error(string name, byte[] bytes, string more = "")
        {
            var path = _folder.Write("bad/" + name, bytes);
            return Assert.Throws<DataException>(() => Run(ConfigReader.ReadText<WarcConfig>($"documents: '{path}'\ndestination: '{_folder.At("out")}'\nsource_name: web\n{more}", "c.yaml"))).Message;
        }

        static byte[] Zeros()
        {
            using var bytes = new MemoryStream();
            using (var stream = new BrotliStream(bytes, CompressionLevel.Optimal))
            {
                stream.Write(new byte[1_000_000]);
            }

            return bytes.ToArray();
        }
    }

    [Fact]
    public void What_a_config_cannot_mean_here_is_named()
    {
        Assert.Contains("run olmo data tag on the documents", Assert.Throws<ConfigException>(() => Config("pre: {taggers: [cc_re], skip: true}")).Message);
        Assert.Contains("'bz2' is not known", Assert.Throws<ConfigException>(() => Config("compression: bz2")).Message);
        Assert.Contains("not on this machine", Assert.Throws<ConfigException>(() => ConfigReader.ReadText<WarcConfig>("documents: a\ndestination: 's3://b'\nsource_name: s", "c")).Message);
        _folder.Write("in/a.txt", "");
        Assert.Contains("there are no WARC files here", Assert.Throws<DataException>(() => Run(Config())).Message);
    }

    private WarcConfig Config(string more = "") =>
        ConfigReader.ReadText<WarcConfig>($"documents: '{_folder.At("in")}'\ndestination: '{_folder.At("out")}'\nsource_name: web\n{(more.Contains("compression", StringComparison.Ordinal) ? "" : "compression: gz\n")}{more}", "c.yaml");

    private List<Document> Documents(string name) => [.. DocumentReader.ReadFile(_folder.At("out", name + ".jsonl.gz"))];

    private SortedDictionary<string, string> Outputs() => new(
        Directory.EnumerateFiles(_folder.At("out"), "*", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetRelativePath(_folder.Path, path), path => Convert.ToHexString(File.ReadAllBytes(path))), StringComparer.Ordinal);

    private static JobResult Run(WarcConfig config, bool quarantines = false, IProcessGroup? group = null, Action<long>? onPage = null)
    {
        var job = new WarcJob(config, quarantines);
        return new ShardJob("warc", job.Settings) { Threads = config.Processes, Group = group ?? SingleProcess.Instance }
            .Run(job.Tasks, job.Run, onPage, TestContext.Current.CancellationToken);
    }
}
