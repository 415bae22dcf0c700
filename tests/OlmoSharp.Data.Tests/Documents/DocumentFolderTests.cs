using OlmoSharp.Data.Documents;
using Xunit;

namespace OlmoSharp.Data.Tests.Documents;

public sealed class DocumentFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_source_has_its_own_numbered_files()
    {
        var documents = Enumerable.Range(0, 10).Select(number => New($"{number}", number % 3 == 0 ? "b" : "a", new string('x', 100))).ToList();

        var shards = DocumentFolder.Write(_folder.Path, documents, shardBytes: 250);

        Assert.Equal(
            ["a/0000.jsonl.zst 3 300", "a/0001.jsonl.zst 3 300", "b/0000.jsonl.zst 3 300", "b/0001.jsonl.zst 1 100"],
            shards.Select(shard =>
                $"{Path.GetRelativePath(_folder.At("documents"), shard.Path).Replace('\\', '/')} {shard.Documents} {shard.TextBytes}"));
        Assert.Equal(DocumentFolder.Files(_folder.Path), shards.Select(shard => shard.Path));
        Assert.Equal(["1", "2", "4", "5", "7", "8", "0", "3", "6", "9"], DocumentFolder.Read(_folder.Path).Select(document => document.Id));
    }

    [Fact]
    public void Writing_again_leaves_nothing_of_the_earlier_documents()
    {
        DocumentFolder.Write(_folder.Path, [New("1", "a"), New("2", "b")]);
        DocumentFolder.Write(_folder.Path, [New("3", "a")]);

        Assert.Equal(["3"], DocumentFolder.Read(_folder.Path).Select(document => document.Id));
        Assert.Equal([_folder.At("documents")], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_source_that_fails_half_way_leaves_the_earlier_documents_whole()
    {
        DocumentFolder.Write(_folder.Path, [New("1", "a")]);

        Assert.Throws<DataException>(() => DocumentFolder.Write(_folder.Path, FailAfterTwo()));

        Assert.Equal(["1"], DocumentFolder.Read(_folder.Path).Select(document => document.Id));
        Assert.Equal([_folder.At("documents")], Directory.GetFileSystemEntries(_folder.Path));

        static IEnumerable<Document> FailAfterTwo()
        {
            yield return New("2", "a");
            yield return New("3", "b");
            throw new DataException("stop");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    public void A_source_that_is_no_folder_name_is_an_error(string source) =>
        Assert.Throws<DataException>(() => DocumentFolder.Write(_folder.Path, [New("1", source)]));

    [Fact]
    public void A_folder_without_documents_is_an_error() =>
        Assert.Contains(_folder.At("documents"), Assert.Throws<DataException>(() => DocumentFolder.Files(_folder.Path)).Message, StringComparison.Ordinal);

    private static Document New(string id, string source, string text = "text") => new() { Id = id, Text = text, Source = source };
}
