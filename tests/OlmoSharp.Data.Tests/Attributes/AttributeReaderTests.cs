using System.Text.Json;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Documents;
using Xunit;

namespace OlmoSharp.Data.Tests.Attributes;

public sealed class AttributeReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_are_read_as_they_were_written()
    {
        var (documents, attributes) = (Path.Combine(_folder.Path, "d.jsonl"), Path.Combine(_folder.Path, "a.jsonl"));
        DocumentWriter.WriteFile(documents, Samples(20));
        using (var output = File.Create(attributes))
        using (var writer = new AttributeWriter(output))
        {
            Each(documents, (view, number) =>
            {
                writer.BeginRow(view);
                writer.Write(JsonEncodedText.Encode("e__t__x"), [new(0, number, 0.5), new(number, number + 1, -1e-5)]);
                if (number % 3 == 0)
                {
                    writer.Write(JsonEncodedText.Encode("e__t__y"), [new(1, 2, number)]);
                }

                writer.EndRow(view);
            });
        }

        var first = JsonDocument.Parse(File.ReadLines(attributes).First()).RootElement;
        Assert.Equal("[[0,0,0.5],[0,1,-0.00001]]", first.GetProperty("attributes").GetProperty("e__t__x").GetRawText());
        Assert.Equal("s", first.GetProperty("source").GetString());
        using var reader = new AttributeReader(attributes);
        var row = new AttributeRow();
        Each(documents, (view, number) =>
        {
            reader.Read(row, view);
            Assert.Equal([new(0, number, 0.5), new(number, number + 1, -1e-5)], row.Spans("e__t__x"));
            Assert.Equal(number % 3 == 0 ? [new AttributeSpan(1, 2, number)] : [], row.Spans("e__t__y"));
            Assert.Empty(row.Spans("absent"));
        });
        reader.ExpectEnd();
    }

    [Theory]
    [InlineData("{\"id\":\"0\",\"attributes\":{}}", "ends after 1 lines")]
    [InlineData("{\"id\":\"0\",\"attributes\":{}}\n{\"id\":\"2\",\"attributes\":{}}", "line 2: is about document \"2\"")]
    [InlineData("{\"id\":\"0\",\"attributes\":{}}\n{\"id\":\"1\",\"attributes\":{}}\n{\"id\":\"2\",\"attributes\":{}}", "more rows than documents")]
    [InlineData("{\"id\":\"0\",\"attributes\":{}}\n{\"id\":\"1\"}", "line 2: the row has no \"attributes\"")]
    [InlineData("{\"id\":\"0\",\"attributes\":{}}\n{\"id\":\"1\",\"attributes\":{\"x\":[[0,1]]}}", "is not a list of [start, end, score]")]
    [InlineData("{\"id\":\"0\",\"attributes\":{}}\n{\"id\":\"1\",\"attributes\":{\"x\":[],\"x\":[]}}", "\"x\" is there twice")]
    public void Rows_that_do_not_line_up_are_an_error(string rows, string reason)
    {
        var (documents, attributes) = (Path.Combine(_folder.Path, "d.jsonl"), Path.Combine(_folder.Path, "a.jsonl"));
        DocumentWriter.WriteFile(documents, Samples(2));
        File.WriteAllText(attributes, rows);
        using var reader = new AttributeReader(attributes);
        var row = new AttributeRow();
        var error = Assert.Throws<DataException>(() =>
        {
            Each(documents, (view, _) => reader.Read(row, view));
            reader.ExpectEnd();
        });
        Assert.StartsWith(attributes, error.Message);
        Assert.Contains(reason, error.Message);
    }

    [Theory]
    [InlineData("a/documents/x/0.jsonl.gz", "a/attributes/e/x/0.jsonl.gz")]
    [InlineData("documents/0.jsonl.gz", "attributes/e/0.jsonl.gz")]
    [InlineData("/documents/a/documents/0.jsonl", "/documents/a/attributes/e/0.jsonl")]
    public void Attributes_stand_beside_the_documents(string documents, string attributes) => Assert.Equal(attributes, AttributePaths.Of(documents, "e"));

    [Fact]
    public void Names_are_cleaned_as_in_Dolma() =>
        Assert.Equal("e_1__jigsaw_hatespeech_sentence_v2____label__toxic", AttributeName.Join("e-1", "jigsaw_hatespeech_sentence_v2", "__label__toxic"));

    private static void Each(string path, Action<DocumentView, int> action)
    {
        using var scanner = new DocumentScanner(path);
        var view = new DocumentView();
        for (var number = 0; scanner.Read(view); number++)
        {
            action(view, number);
        }
    }

    private static IEnumerable<Document> Samples(int count) =>
        Enumerable.Range(0, count).Select(number => new Document { Id = $"{number}", Text = $"text {number}", Source = "s" });
}
