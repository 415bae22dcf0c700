using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using OlmoSharp.Data.Documents;
using Xunit;

namespace OlmoSharp.Data.Tests.Documents;

public sealed class DocumentScannerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.jsonl")]
    [InlineData("a.jsonl.gz")]
    [InlineData("a.jsonl.zst")]
    public void Rows_say_the_same_as_documents(string name)
    {
        var path = Path.Combine(_folder.Path, name);
        Gen.String[Gen.OneOf(Gen.Char[' ', '~'], Gen.Int[0, 6].Select(index => "\n\"\\é漢\t\u0001"[index])), 0, 300].Array[1, 20].Sample(
            texts =>
            {
                DocumentWriter.WriteFile(path, texts.Select((text, index) => new Document
                {
                    Id = $"{index}\"{text.Length}",
                    Text = text,
                    Source = index % 2 == 0 ? "a" : "b\\",
                    Metadata = new JsonObject { ["url"] = text, ["nested"] = new JsonObject { ["url"] = 1 }, ["count"] = index },
                }));
                using var scanner = new DocumentScanner(path);
                var view = new DocumentView();
                foreach (var document in DocumentReader.ReadFile(path))
                {
                    Assert.True(scanner.Read(view));
                    Assert.Equal((document.Id, document.Text, document.Source), (Text(view.Id), Text(view.Text), view.SourceName));
                    Assert.Equal(document.Metadata!["url"]!.GetValue<string>(), view.Metadata("url"));
                    Assert.Equal(document.Metadata["count"]!.ToJsonString(), view.Metadata("count"));
                    Assert.Null(view.Metadata("nested"));
                    Assert.Null(view.Metadata("absent"));
                    var row = JsonNode.Parse(view.Line)!.AsObject();
                    Assert.Equal(row.Select(field => field.Key), Enumerable.Range(0, view.FieldCount).Select(index => Text(view.FieldName(index))));
                    Assert.All(row.Select((field, index) => (field.Value, index)), field => Assert.True(JsonNode.DeepEquals(field.Value, JsonNode.Parse(view.FieldValue(field.index)))));
                }

                Assert.False(scanner.Read(view));
            },
            iter: 30,
            threads: 1);
    }

    [Theory]
    [InlineData("{\"text\":\"t\",\"source\":\"s\"}", "no \"id\"")]
    [InlineData("{\"id\":\"1\",\"source\":\"s\"}", "no \"text\"")]
    [InlineData("{\"id\":\"1\",\"text\":null,\"source\":\"s\"}", "no \"text\"")]
    [InlineData("{\"id\":1,\"text\":\"t\",\"source\":\"s\"}", "\"id\" is not a string")]
    [InlineData("{\"id\":\"1\",\"text\":\"t\",\"text\":\"u\",\"source\":\"s\"}", "\"text\" is there twice")]
    [InlineData("{\"id\":\"1\",\"text\":\"\\ud800\",\"source\":\"s\"}", "half a surrogate pair")]
    [InlineData("{\"id\":\"1\",\"text\":\"t\",\"source\":\"s\"", "invalid JSON")]
    [InlineData("[]", "not a JSON object")]
    public void A_broken_line_is_an_error_or_goes_to_quarantine(string line, string reason)
    {
        var path = Path.Combine(_folder.Path, "a.jsonl");
        const string Sound = "{\"id\":\"1\",\"text\":\"t\",\"source\":\"s\"}";
        File.WriteAllText(path, $"{Sound}\n{line}\n{Sound}\n");
        var view = new DocumentView();
        using (var strict = new DocumentScanner(path))
        {
            Assert.True(strict.Read(view));
            var error = Assert.Throws<DataException>(() => strict.Read(view));
            Assert.StartsWith($"{path}, line 2: ", error.Message);
            Assert.Contains(reason, error.Message);
        }

        using var aside = new MemoryStream();
        var quarantine = new QuarantineFile(aside);
        using var lenient = new DocumentScanner(path, quarantine);
        Assert.True(lenient.Read(view));
        Assert.True(lenient.Read(view));
        Assert.Equal(3, view.LineNumber);
        Assert.False(lenient.Read(view));
        Assert.Equal(1, quarantine.Count);
        var row = JsonDocument.Parse(aside.ToArray()).RootElement;
        Assert.Equal((path, 2, line), (row.GetProperty("file").GetString(), row.GetProperty("line").GetInt32(), row.GetProperty("content").GetString()));
        Assert.Contains(reason, row.GetProperty("reason").GetString());
    }

    [Fact]
    public void A_truncated_file_is_an_error_even_with_quarantine()
    {
        var path = Path.Combine(_folder.Path, "a.jsonl.zst");
        DocumentWriter.WriteFile(path, Enumerable.Range(0, 2000).Select(i => new Document { Id = $"{i}", Text = $"text {i * 7919 % 1000}", Source = "s" }));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^20]);
        using var scanner = new DocumentScanner(path, new QuarantineFile(Stream.Null));
        var view = new DocumentView();
        Assert.Contains("damaged or truncated", Assert.Throws<DataException>(() =>
        {
            while (scanner.Read(view))
            {
            }
        }).Message);
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
