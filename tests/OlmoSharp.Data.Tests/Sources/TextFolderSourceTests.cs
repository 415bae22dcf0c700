using System.Text;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Sources;
using Xunit;

namespace OlmoSharp.Data.Tests.Sources;

public sealed class TextFolderSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_and_rows_become_documents()
    {
        _folder.Write("notes/b.md", "# Zwei\nüber 日本 😀");
        _folder.Write("notes/a/deep.txt", "\uFEFFeins");
        _folder.Write("notes/utf16.txt", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("grüße")]);
        _folder.Write("notes/utf16be.txt", [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes("grüße 2")]);
        _folder.Write("notes/rows.jsonl", "{\"text\":\"one\"}\n{\"text\":\"two\",\"id\":\"x\",\"source\":\"y\",\"metadata\":{\"n\":1}}\n");
        DocumentWriter.WriteFile(_folder.At("notes", "z.jsonl.zst"), [new Document { Id = "1", Text = "three", Source = "s" }]);
        _folder.Write("notes/image.png", [0x89, 0x50, 0, 1, 2]);
        _folder.Write("notes/.hidden/c.txt", [0xFF]);
        var source = new TextFolderSource(_folder.At("notes") + Path.DirectorySeparatorChar);

        var documents = source.ReadDocuments(TestContext.Current.CancellationToken).ToList();

        Assert.Equal(
            ["a/deep.txt: eins", "b.md: # Zwei\nüber 日本 😀", "rows.jsonl:1: one", "rows.jsonl:2: two", "utf16.txt: grüße", "utf16be.txt: grüße 2", "z.jsonl.zst:1: three"],
            documents.Select(document => $"{document.Id}: {document.Text}"));
        Assert.All(documents, document => Assert.Equal("notes", document.Source));
        Assert.Equal("""{"n":1,"original_id":"x","original_source":"y"}""", documents[3].Metadata!.ToJsonString());
        Assert.Equal(["image.png"], source.SkippedFiles);
        Assert.Equal(documents.Select(document => document.Id), source.ReadDocuments(TestContext.Current.CancellationToken).Select(document => document.Id));
    }

    [Fact]
    public void Invalid_utf8_is_an_error_with_file_and_byte()
    {
        var path = _folder.Write("a.txt", [.. "häuser"u8, 0xE4, .. "hnlich"u8]);

        var error = Assert.Throws<DataException>(() => new TextFolderSource(_folder.Path).ReadDocuments(TestContext.Current.CancellationToken).Count());

        Assert.Contains($"{path}: invalid UTF-8 at byte 7 (0xE4)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_utf16_is_an_error()
    {
        var path = _folder.Write("a.txt", [0xFF, 0xFE, (byte)'a', 0, 0x3D, 0xD8, (byte)'b', 0]);

        Assert.Contains(
            path, Assert.Throws<DataException>(() => new TextFolderSource(_folder.Path).ReadDocuments(TestContext.Current.CancellationToken).Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_without_text_is_an_error()
    {
        _folder.Write("a.jsonl", "{\"text\":\"x\"}\n{\"txt\":\"y\"}");

        Assert.Contains(
            "line 2", Assert.Throws<DataException>(() => new TextFolderSource(_folder.Path).ReadDocuments(TestContext.Current.CancellationToken).Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_text_is_an_error()
    {
        Assert.Contains("no such folder", Fail(_folder.At("none")), StringComparison.Ordinal);
        Assert.Contains("holds no text (0 binary", Fail(_folder.Path), StringComparison.Ordinal);
        _folder.Write("a.bin", [1, 0]);
        Assert.Contains("holds no text (1 binary", Fail(_folder.Path), StringComparison.Ordinal);

        static string Fail(string folder) => Assert.Throws<DataException>(() => new TextFolderSource(folder).ReadDocuments(TestContext.Current.CancellationToken).Count()).Message;
    }
}
