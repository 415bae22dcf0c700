using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using OlmoSharp.Data.Documents;
using Xunit;

namespace OlmoSharp.Data.Tests.Documents;

public sealed class DocumentFileTests : IDisposable
{
    private static readonly Gen<string> Text = Gen.Int[0, 0x10FFFF]
        .Where(code => Rune.IsValid(code))
        .Select(code => new Rune(code).ToString())
        .Array[0, 60]
        .Select(string.Concat);

    private static readonly Gen<Document> AnyDocument = Gen.Select(Text, Text, Text, Text.Null(), Text.Null(), Gen.Int).Select(
        (id, text, source, added, created, number) => new Document
        {
            Id = id,
            Text = text,
            Source = source,
            Added = added,
            Created = created,
            Metadata = number % 2 == 0 ? null : new JsonObject { ["number"] = number, ["nested"] = new JsonObject { ["text"] = text } },
        });

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.jsonl")]
    [InlineData("a.jsonl.gz")]
    [InlineData("a.jsonl.zst")]
    public void Documents_come_back_as_written_and_give_the_same_bytes(string name)
    {
        AnyDocument.Array[0, 20].Sample(
            documents =>
            {
                var path = _folder.At(name);
                DocumentWriter.WriteFile(path, documents);
                var bytes = File.ReadAllBytes(path);
                DocumentWriter.WriteFile(path, documents);
                Assert.Equal(bytes, File.ReadAllBytes(path));
                Assert.Equal(documents.Select(Describe), DocumentReader.ReadFile(path).Select(Describe));
            },
            iter: 40,
            threads: 1);
    }

    [Fact]
    public void A_row_is_json_that_another_parser_reads()
    {
        var document = new Document { Id = "a/\"1\"", Text = "eins\nzwei\t<öß> 日本語 😀\u2028", Source = "s", Metadata = new JsonObject { ["n"] = 1 } };
        DocumentWriter.WriteFile(_folder.At("a.jsonl.gz"), [document]);

        using var stream = new GZipStream(File.OpenRead(_folder.At("a.jsonl.gz")), CompressionMode.Decompress);
        using var json = JsonDocument.Parse(new StreamReader(stream).ReadToEnd());

        Assert.Equal(["id", "text", "source", "metadata"], json.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal(document.Text, json.RootElement.GetProperty("text").GetString());
        Assert.Equal(1, json.RootElement.GetProperty("metadata").GetProperty("n").GetInt32());
    }

    [Fact]
    public void Foreign_properties_blank_lines_and_a_byte_order_mark_are_accepted()
    {
        var path = _folder.Write(
            "a.jsonl",
            "\uFEFF{\"version\":\"v1\",\"id\":\"1\",\"attributes\":{\"x\":[[0,1,0.5]]},\"text\":\"one\",\"source\":\"s\",\"added\":null}\r\n\n"
            + "{\"source\":\"s\",\"id\":\"2\",\"text\":\"\"}");

        Assert.Equal(["s/1: one", "s/2: "], DocumentReader.ReadFile(path).Select(document => $"{document.Source}/{document.Id}: {document.Text}"));
    }

    [Theory]
    [InlineData("a.jsonl.gz")]
    [InlineData("a.jsonl.zst")]
    public void A_compressed_file_cut_anywhere_is_an_error(string name)
    {
        var path = _folder.At(name);
        DocumentWriter.WriteFile(path, Samples(5));
        var bytes = File.ReadAllBytes(path);
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);
            var error = Assert.Throws<DataException>(() => DocumentReader.ReadFile(path).Count());
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("a.jsonl.gz")]
    [InlineData("a.jsonl.zst")]
    public void A_flipped_bit_is_an_error_or_harmless(string name)
    {
        var path = _folder.At(name);
        DocumentWriter.WriteFile(path, Samples(3));
        var bytes = File.ReadAllBytes(path);
        var expected = Samples(3).Select(Describe).ToList();
        var errors = 0;
        for (var bit = 0; bit < bytes.Length * 8; bit += 3)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, damaged);
            try
            {
                Assert.Equal(expected, DocumentReader.ReadFile(path).Select(Describe).ToList());
            }
            catch (DataException)
            {
                errors++;
            }
        }

        Assert.True(errors > bytes.Length * 2);
    }

    [Theory]
    [InlineData("{\"id\":\"2\",\"text\":\"x\"}", "has no \"source\"")]
    [InlineData("{\"id\":\"2\",\"source\":\"s\"}", "has no \"text\"")]
    [InlineData("{\"id\":2,\"text\":\"x\",\"source\":\"s\"}", "\"id\" is not a string")]
    [InlineData("{\"id\":\"2\",\"text\":\"x\",\"source\":\"s\",\"metadata\":[]}", "\"metadata\" is not an object")]
    [InlineData("{\"id\":\"2\",\"text\":\"x", "invalid JSON")]
    [InlineData("{\"id\":\"2\",\"text\":\"x\",\"source\":\"s\"} {}", "invalid JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{\"id\":\"2\",\"text\":\"\\ud83d\",\"source\":\"s\"}", "surrogate")]
    public void A_wrong_line_is_an_error_with_its_number(string line, string reason)
    {
        var path = _folder.Write("a.jsonl", $"{{\"id\":\"1\",\"text\":\"x\",\"source\":\"s\"}}\n\n{line}\n");

        var error = Assert.Throws<DataException>(() => DocumentReader.ReadFile(path).Count());

        Assert.Contains($"{path}, line 3: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_utf8_is_an_error_with_line_and_byte()
    {
        byte[] line = [.. "{\"id\":\"é"u8, 0xC3, .. "\",\"text\":\"x\",\"source\":\"s\"}\n"u8];
        var path = _folder.Write("a.jsonl", line);

        var error = Assert.Throws<DataException>(() => DocumentReader.ReadFile(path).Count());

        Assert.Contains("line 1: invalid UTF-8 at byte 9 ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_an_error() =>
        Assert.Contains("cannot be read", Assert.Throws<DataException>(() => new DocumentReader(_folder.At("none.jsonl"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Half_a_surrogate_pair_is_not_written()
    {
        using var writer = new DocumentWriter(_folder.At("a.jsonl"));

        var error = Assert.Throws<DataException>(() => writer.Write(new Document { Id = "7", Text = "ab\uD83D", Source = "s" }));

        Assert.Contains("s/7", error.Message, StringComparison.Ordinal);
        Assert.Contains("position 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.jsonl")]
    [InlineData("a.jsonl.gz")]
    [InlineData("a.jsonl.zst")]
    public void A_file_has_its_name_only_once_it_is_complete(string name)
    {
        var path = _folder.At(name);
        DocumentWriter.WriteFile(path, Samples(1));
        var before = File.ReadAllBytes(path);

        // Not disposed yet: what a killed process leaves.
        var writer = new DocumentWriter(path);
        foreach (var document in Samples(2000))
        {
            writer.Write(document);
        }

        Assert.Equal(before, File.ReadAllBytes(path));
        writer.Dispose();
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));

        DocumentWriter.WriteFile(path, Samples(2));
        Assert.Equal(2, DocumentReader.ReadFile(path).Count());
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Lines_of_any_length_are_split_as_a_string_would_be()
    {
        Gen.Select(Gen.Int[0, 200_000], Gen.Int[0, 50]).Array[0, 5].Sample(
            lengths =>
            {
                var lines = lengths.SelectMany(pair => new[] { new string('a', pair.Item1), new string('b', pair.Item2) }).ToList();
                using var reader = new LineReader(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
                var read = new List<string>();
                while (reader.TryReadLine(out var line))
                {
                    read.Add(Encoding.UTF8.GetString(line.Span));
                }

                // A last line without text is no line.
                Assert.Equal(lines is [.., ""] ? lines[..^1] : lines, read);
            },
            iter: 50,
            threads: 1);
    }

    private static IEnumerable<Document> Samples(int count) =>
        Enumerable.Range(0, count).Select(number => new Document { Id = $"{number}", Text = $"text {number * number} é", Source = "s" });

    private static string Describe(Document document) =>
        string.Join('|', document.Id, document.Text, document.Source, document.Added ?? "-", document.Created ?? "-", document.Metadata?.ToJsonString());
}
