using System.IO.Compression;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Queries;
using Xunit;

namespace OlmoSharp.Data.Tests.Queries;

public sealed class DataQueryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static QueryResult Run(DataQuery query, string sql) => query.Run(sql, TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("jsonl")]
    [InlineData("jsonl.gz")]
    [InlineData("jsonl.zst")]
    public void Documents_are_rows(string extension)
    {
        // More than DuckDB takes at once (2048), so that rows are asked for again and again.
        var documents = Enumerable.Range(0, 5000)
            .Select(i => new Document { Id = $"{i}", Text = new string('é', i % 7) + "\n\"", Source = i % 3 == 0 ? "web" : "books", Added = i % 2 == 0 ? "to\"day" : null, Metadata = new() { ["n"] = i } }).ToList();
        DocumentWriter.WriteFile(_folder.At("documents", $"a.{extension}"), documents);
        using var query = new DataQuery([_folder.At("documents")], []);
        Assert.Equal(
            [["books", (long)documents.Count(d => d.Source == "books")], ["web", (long)documents.Count(d => d.Source == "web")]],
            Run(query, "select source, count(*) from documents group by 1 order by 1").Rows);
        Assert.Equal(
            [[(long)documents.Sum(d => d.Text.Length), (long)documents.Sum(d => (int)d.Metadata!["n"]!), documents.Count(d => d.Added == "to\"day") + 0L, 5000L, 5000L]],
            Run(query, "select sum(length(text)), sum((metadata->>'n')::int), count(*) filter (added = 'to\"day'), count(distinct id), max(line) from documents").Rows);
        Assert.Equal([["4321", documents[4321].Text]], Run(query, "select id, text from documents where line = 4322").Rows);
    }

    [Fact]
    public void Attributes_are_a_row_for_each_span()
    {
        _folder.Write("documents/a.jsonl", "{\"id\":\"1\",\"text\":\"abcdef\",\"source\":\"s\"}\n");
        _folder.Write("attributes/x/a.jsonl", "{\"id\":\"1\",\"attributes\":{\"x\":[[0,2,0.5],[3,4,1]],\"y\":[],\"z\":[[0,6,-2]]}}\n");
        using var query = new DataQuery([_folder.At("documents")], [_folder.At("attributes")]);
        Assert.Equal([["x", 0L, 2L, 0.5], ["x", 3L, 4L, 1.0], ["z", 0L, 6L, -2.0]], Run(query, "select name, start, \"end\", score from attributes order by 1, 2").Rows);
        Assert.Equal([["ab"], ["d"], ["abcdef"]], Run(query, "select text[start + 1 : \"end\"] from documents join attributes using (id) order by name, start").Rows);
    }

    [Fact]
    public void Parquet_files_are_documents_too()
    {
        _folder.Write("documents/a.jsonl", "{\"id\":\"1\",\"text\":\"a\",\"source\":\"s\",\"metadata\":{\"u\":\"x\"}}\n{\"id\":\"2\",\"text\":\"bé\",\"source\":\"s\"}\n");
        using var lines = new DataQuery([_folder.At("documents")], []);
        Run(lines, $"copy (select id, text, source, metadata, created from documents) to '{_folder.At("b.parquet")}'");
        using var query = new DataQuery([_folder.At("documents"), _folder.At("b.parquet")], []);
        Assert.Equal(
            [["1", "a", "s", "{\"u\":\"x\"}", null, 1L, 2L], ["2", "bé", "s", null, null, 2L, 2L]],
            Run(query, "select id, text, source, metadata, created, line, count(*) from documents group by all order by 1").Rows);
        Run(lines, $"copy (select 1 as id) to '{_folder.At("c.parquet")}'");
        Assert.Contains("c.parquet: cannot be read: it has no column \"text\"", Assert.Throws<DataException>(() => new DataQuery([_folder.At("c.parquet")], [])).Message);
        _folder.Write("d.parquet", "no parquet");
        Assert.Contains("d.parquet: cannot be read", Assert.Throws<DataException>(() => new DataQuery([_folder.At("d.parquet")], [])).Message);
    }

    [Theory]
    [InlineData("selec 1", "syntax error at or near \"selec\"")]
    [InlineData("select nothing from documents", "Referenced column \"nothing\" not found")]
    [InlineData("select * from attributes", "Give the files of attributes.")]
    [InlineData("select 1; select x", "\"x\"")]
    public void An_error_in_SQL_is_one_line(string sql, string reason)
    {
        _folder.Write("documents/a.jsonl", "{\"id\":\"1\",\"text\":\"a\",\"source\":\"s\"}\n");
        using var query = new DataQuery([_folder.At("documents")], []);
        var message = Assert.Throws<DataException>(() => Run(query, sql)).Message;
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_file_that_is_damaged_is_an_error_with_its_place()
    {
        _folder.Write("documents/a.jsonl", "{\"id\":\"1\",\"text\":\"a\",\"source\":\"s\"}\n{\"id\":\"2\",\"source\":\"s\"}\n");
        using (var query = new DataQuery([_folder.At("documents")], []))
        {
            Assert.Contains("a.jsonl, line 2: the document has no \"text\"", Assert.Throws<DataException>(() => Run(query, "select count(*) from documents")).Message);
        }

        // A byte that changes inside gzip's data is seen by its CRC alone.
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.NoCompression, leaveOpen: true))
        {
            gzip.Write(System.Text.Encoding.UTF8.GetBytes("{\"id\":\"1\",\"attributes\":{\"a\":[[0,1,5]]}}\n"));
        }

        var damaged = bytes.ToArray();
        damaged[Array.LastIndexOf(damaged, (byte)'5')] = (byte)'6';
        _folder.Write("attributes/x/a.jsonl.gz", damaged);
        using var spans = new DataQuery([], [_folder.At("attributes")]);
        Assert.Contains("damaged", Assert.Throws<DataException>(() => Run(spans, "select sum(score) from attributes")).Message);
    }
}
