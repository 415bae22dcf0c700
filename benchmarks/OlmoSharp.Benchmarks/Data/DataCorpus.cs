using System.Text;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Sources;

namespace OlmoSharp.Benchmarks.Data;

/// <summary>The SDK's documentation as document files for the time of a benchmark.</summary>
internal sealed class DataCorpus : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("olmosharp-data-").FullName;

    public DataCorpus(bool isSmoke)
    {
        IsSmoke = isSmoke;
        List<Document> documents = [.. new SdkDocumentationSource().ReadDocuments().Take(isSmoke ? 200 : int.MaxValue)];
        var copies = isSmoke ? 1 : 4;
        TextBytes = copies * documents.Sum(document => (long)Encoding.UTF8.GetByteCount(document.Text));
        Files = [.. Enumerable.Repeat(documents, copies).SelectMany(copy => copy).Chunk(2000).Select((chunk, number) =>
        {
            var path = Path.Combine(_folder, "documents", $"{number:D4}.jsonl.zst");
            DocumentWriter.WriteFile(path, chunk);
            return path;
        })];
    }

    /// <summary>Whether this only tries that everything runs.</summary>
    public bool IsSmoke { get; }

    /// <summary>The document files.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Bytes of UTF-8 text in all of them.</summary>
    public long TextBytes { get; }

    /// <summary>A place in the corpus's folder.</summary>
    public string At(string relative) => Path.Combine(_folder, relative);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
