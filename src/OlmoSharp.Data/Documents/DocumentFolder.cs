using System.Text;

namespace OlmoSharp.Data.Documents;

/// <summary>
/// A folder of documents in Dolma's layout: <c>ROOT/documents/SOURCE/NNNN.jsonl.zst</c>.
/// </summary>
public static class DocumentFolder
{
    private const string DocumentsName = "documents";
    private static readonly string[] Extensions = [".jsonl", ".jsonl.gz", ".jsonl.zst", ".json.gz"];

    /// <summary>
    /// Writes documents, each source to its own files, and puts them in the place of the folder's earlier documents once all are on the disk.
    /// </summary>
    /// <param name="root">The folder that will hold <c>documents/</c>.</param>
    /// <param name="documents">The documents; each source keeps their order.</param>
    /// <param name="shardBytes">A file is closed once it holds this many bytes of text (UTF-8, uncompressed).</param>
    /// <returns>The files written, by source and number.</returns>
    /// <exception cref="DataException">A source's name is not a folder's name, or the disk refuses.</exception>
    public static IReadOnlyList<DocumentShard> Write(string root, IEnumerable<Document> documents, long shardBytes = 64 << 20)
    {
        var final = Path.Combine(root, DocumentsName);
        var building = final + ".tmp";
        try
        {
            DeleteFolder(building);
            List<DocumentShard> shards;
            try
            {
                shards = WriteShards(building, documents, shardBytes);
            }
            catch
            {
                DeleteFolder(building);
                throw;
            }

            var replaced = final + ".old";
            DeleteFolder(replaced);
            if (Directory.Exists(final))
            {
                Directory.Move(final, replaced);
            }

            Directory.Move(building, final);
            DeleteFolder(replaced);
            return [.. shards.Select(shard => shard with { Path = Path.Combine(final, Path.GetRelativePath(building, shard.Path)) })];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{final}: cannot be written: {error.Message}", error);
        }
    }

    /// <summary>Reads all documents lazily, files in ordinal order of their path below <c>documents/</c>.</summary>
    /// <param name="root">The folder that holds <c>documents/</c>.</param>
    /// <exception cref="DataException">There are no documents, or a file is damaged.</exception>
    public static IEnumerable<Document> Read(string root) => Files(root).SelectMany(DocumentReader.ReadFile);

    /// <summary>The document files below <c>documents/</c>, in ordinal order of their path.</summary>
    /// <param name="root">The folder that holds <c>documents/</c>.</param>
    /// <exception cref="DataException">There is no such folder, or it holds no documents.</exception>
    public static IReadOnlyList<string> Files(string root)
    {
        var folder = Path.Combine(root, DocumentsName);
        var files = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(file => Extensions.Any(extension => file.EndsWith(extension, StringComparison.Ordinal)))
                .OrderBy(file => Path.GetRelativePath(folder, file).Replace('\\', '/'), StringComparer.Ordinal)
                .ToList()
            : [];
        return files.Count > 0
            ? files
            : throw new DataException($"{folder}: there are no documents here. Expected files such as documents/SOURCE/0000.jsonl.zst.");
    }

    private static List<DocumentShard> WriteShards(string folder, IEnumerable<Document> documents, long shardBytes)
    {
        var sources = new SortedDictionary<string, SourceWriter>(StringComparer.Ordinal);
        try
        {
            foreach (var document in documents)
            {
                if (!sources.TryGetValue(document.Source, out var source))
                {
                    CheckSourceName(document);
                    sources[document.Source] = source = new SourceWriter(folder, document.Source, shardBytes);
                }

                source.Write(document);
            }

            Directory.CreateDirectory(folder);
            return [.. sources.Values.SelectMany(source => source.Complete())];
        }
        finally
        {
            foreach (var source in sources.Values)
            {
                source.Dispose();
            }
        }
    }

    private static void CheckSourceName(Document document)
    {
        var name = document.Source;
        if (name.Length == 0 || name is "." or ".." || name.AsSpan().ContainsAny('/', '\\', '\0'))
        {
            throw new DataException($"document {document.Id}: the source \"{name}\" cannot be a folder's name. Rename the source.");
        }
    }

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class SourceWriter(string folder, string source, long shardBytes) : IDisposable
    {
        private readonly List<DocumentShard> _shards = [];
        private DocumentWriter? _writer;
        private string _path = "";
        private long _bytes;

        public void Write(Document document)
        {
            if (_writer is null)
            {
                _path = Path.Combine(folder, source, $"{_shards.Count:D4}.jsonl.zst");
                _writer = new DocumentWriter(_path);
                _bytes = 0;
            }

            _writer.Write(document);
            _bytes += Encoding.UTF8.GetByteCount(document.Text);
            if (_bytes >= shardBytes)
            {
                CloseShard();
            }
        }

        public List<DocumentShard> Complete()
        {
            CloseShard();
            return _shards;
        }

        public void Dispose() => _writer?.Dispose();

        private void CloseShard()
        {
            if (_writer is null)
            {
                return;
            }

            _writer.Complete();
            _shards.Add(new DocumentShard(source, _path, _writer.Count, _bytes));
            _writer.Dispose();
            _writer = null;
        }
    }
}
