using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Deduplication;
using OlmoSharp.Data.Deduplication.Config;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Mixing;
using OlmoSharp.Data.Queries;
using OlmoSharp.Data.Taggers;
using OlmoSharp.Data.Tests.Taggers;
using Xunit;

namespace OlmoSharp.Data.Tests.Documents;

public sealed class ParquetDocumentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("metadata")]
    [InlineData("metadata::VARCHAR AS metadata")]
    [InlineData("{n: (metadata->>'n')::int, url: metadata->>'url'} AS metadata")]
    public void Rows_are_read_as_the_lines_that_they_would_be(string metadata)
    {
        var documents = Enumerable.Range(0, 5000).Select(i => new Document
        {
            Id = $"{i}", Text = $"“{i}”\n\"\t" + new string('x', i % 50), Source = i % 2 == 0 ? "web" : "books", Added = "2024", Metadata = new() { ["n"] = i, ["url"] = $"u/{i}" },
        }).ToList();
        DocumentWriter.WriteFile(_folder.At("documents", "a.jsonl"), documents);
        Parquet($"SELECT line, id, text, source, added, {metadata}", "p/documents/a.parquet");
        var read = DocumentReader.ReadFile(_folder.At("p", "documents", "a.parquet")).ToList();
        Assert.Equal(documents.Select(document => (document.Id, document.Text, document.Source, document.Added)), read.Select(document => (document.Id, document.Text, document.Source, document.Added)));
        Assert.Equal(documents.Select(document => document.Metadata!.ToJsonString()), read.Select(document => document.Metadata!.ToJsonString()));
        Assert.All(read, document => Assert.Null(document.Created));
    }

    [Fact]
    public void Taggers_say_of_Parquet_what_they_say_of_lines()
    {
        DocumentWriter.WriteFile(_folder.At("documents", "a.jsonl"), Enumerable.Range(0, 50).Select(i => new Document { Id = $"{i}", Text = new string('é', i), Source = "s" }));
        Parquet("SELECT id, text, source", "p/documents/a.parquet");
        Assert.Equal([.. Rows("")], Rows("p"));

        List<string> Rows(string root)
        {
            var documents = _folder.At(root, "documents");
            TagRun.Run(ConfigReader.ReadText<TagConfig>($"documents: '{documents}'\nexperiment: e\ntaggers: [char_length_v1]", "c.yaml"));
            var file = Assert.Single(DocumentPatterns.Expand([documents]));
            using var attributes = new AttributeReader(AttributePaths.Of(file, "e"));
            using var reader = new DocumentScanner(file);
            var (view, row, rows) = (new DocumentView(), new AttributeRow(), new List<string>());
            while (reader.Read(view))
            {
                attributes.Read(row, view);
                rows.Add($"{view.LineNumber} {string.Join(' ', row.Spans("e__char_length_v1__length"))}");
            }

            attributes.ExpectEnd();
            return rows;
        }
    }

    [Fact]
    public void Tagged_deduped_and_mixed_Parquet_gives_the_documents_that_lines_give()
    {
        DocumentWriter.WriteFile(_folder.At("documents", "a.jsonl"), Enumerable.Range(0, 60).Select(i => new Document { Id = $"{i}", Text = new string('é', i % 40), Source = "s" }));
        Parquet("SELECT id, text, source", "p/documents/sub/a.parquet");
        var lines = Mixed("");
        Assert.Equal(Enumerable.Range(11, 29), lines.Select(int.Parse));
        Assert.Equal(lines, Mixed("p"));

        List<string> Mixed(string root)
        {
            var documents = _folder.At(root, "documents");
            TagRun.Run(ConfigReader.ReadText<TagConfig>($"documents: '{documents}'\nexperiment: e\ntaggers: [char_length_v1]", "c.yaml"));
            new DedupeJob(ConfigReader.ReadText<DedupeConfig>(
                $"documents: '{documents}'\ndedupe: {{name: d, documents: {{attribute_name: twice, key: $.text}}, skip_empty: true}}", "c.yaml")).Run(null, TestContext.Current.CancellationToken);
            new MixJob(ConfigReader.ReadText<MixConfig>(
                $$"""
                streams:
                  - name: m
                    documents: '{{documents}}'
                    attributes: [e, d]
                    filter: {include: ["$.attributes[?(@.e__char_length_v1__length[0][2] > 10)]"], exclude: ["$.attributes[?(@.twice[0][2] == 1)]"]}
                    output: {path: '{{_folder.At(root, "mixed")}}'}
                shuffle: false
                """, "c.yaml")).Run(cancellation: TestContext.Current.CancellationToken);
            return [.. DocumentPatterns.Expand([_folder.At(root, "mixed")]).SelectMany(DocumentReader.ReadFile).Select(document => document.Id)];
        }
    }

    [Fact]
    public void A_file_that_is_no_file_of_documents_is_an_error()
    {
        _folder.Write("documents/a.jsonl", "{\"id\":\"1\",\"text\":\"a\",\"source\":\"s\"}\n");
        Parquet("SELECT id, text", "b.parquet");
        Assert.Contains("b.parquet: cannot be read: it has no column \"source\"", Error("b.parquet"), StringComparison.Ordinal);
        Parquet("SELECT id, NULL::VARCHAR AS text, source", "c.parquet");
        Assert.Contains("c.parquet, line 1: the document has no \"text\"", Error("c.parquet"), StringComparison.Ordinal);
        var bytes = File.ReadAllBytes(_folder.At("c.parquet"));
        _folder.Write("d.parquet", bytes[..^10]);
        Assert.Contains("d.parquet: cannot be read: ", Error("d.parquet"), StringComparison.Ordinal);
        Assert.Contains("none.parquet: cannot be read: ", Error("none.parquet"), StringComparison.Ordinal);
    }

    private string Error(string name) => Assert.Throws<DataException>(() => DocumentReader.ReadFile(_folder.At(name)).ToList()).Message;

    private void Parquet(string select, string name)
    {
        var path = _folder.Write(name, "");
        using var query = new DataQuery([_folder.At("documents")], []);
        query.Run($"COPY ({select} FROM documents) TO '{path}'", TestContext.Current.CancellationToken);
    }
}
