using System.Runtime.InteropServices;
using System.Text;
using OlmoSharp.Data.Documents;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Data.Shards;

/// <summary>Encodes a folder of documents into token shards, a set for each source.</summary>
public static class ShardBuilder
{
    private const int BatchDocuments = 64;

    /// <summary>Encodes every source that has no complete shards yet.</summary>
    /// <param name="documents">A folder in Dolma's layout, <c>documents/SOURCE/…</c>.</param>
    /// <param name="output">Folder of the shards, named after their source.</param>
    /// <param name="tokenizer">Encodes; special tokens in the text are ordinary text.</param>
    /// <param name="progress">Called with the documents done so far.</param>
    /// <param name="cancellation">Stops; the source under way leaves nothing.</param>
    /// <returns>The side-car of each source, by name, in ordinal order.</returns>
    /// <exception cref="DataException">A document cannot be read, a shard cannot be written, or shards of another tokenizer are there.</exception>
    public static IReadOnlyDictionary<string, ShardManifest> Build(
        string documents, string output, Tokenizer tokenizer, Action<long>? progress = null, CancellationToken cancellation = default)
    {
        var identity = new TokenizerIdentity(tokenizer.Sha256, tokenizer.VocabularySize, tokenizer.EndOfTextId);
        var root = Path.Combine(documents, "documents");
        var manifests = new SortedDictionary<string, ShardManifest>(StringComparer.Ordinal);
        long done = 0;
        foreach (var source in DocumentFolder.Files(documents).GroupBy(file => SourceOf(root, file), StringComparer.Ordinal))
        {
            var sideCar = Path.Combine(output, source.Key + ShardManifest.FileSuffix);
            if (File.Exists(sideCar))
            {
                var existing = ShardManifest.Load(sideCar);
                manifests[source.Key] = existing.Tokenizer == identity
                    ? existing
                    : throw new DataException($"{sideCar}: was made with another tokenizer; delete the folder or pick another");
                continue;
            }

            Directory.CreateDirectory(output);
            using var writer = new TokenShardWriter(output, source.Key, identity);
            foreach (var file in source)
            {
                var name = Path.GetRelativePath(documents, file).Replace('\\', '/');
                var numbered = DocumentReader.ReadFile(file).Select((document, index) => (Document: document, Line: index + 1L));
                foreach (var batch in OrderedParallel.Select(numbered.Chunk(BatchDocuments), batch => Encode(batch, tokenizer), cancellation))
                {
                    foreach (var (id, line, tokens, bytes) in batch)
                    {
                        writer.Write(id, name, line, CollectionsMarshal.AsSpan(tokens), bytes);
                    }

                    done += batch.Count;
                    progress?.Invoke(done);
                }
            }

            manifests[source.Key] = writer.Complete();
        }

        return manifests;
    }

    private static string SourceOf(string root, string file)
        => Path.GetRelativePath(root, file).Replace('\\', '/') is var relative && relative.IndexOf('/') is var slash and > 0
            ? relative[..slash]
            : throw new DataException($"{file}: lies outside a source's folder; move it to documents/SOURCE/");

    private static List<(string Id, long Line, List<int> Tokens, long Bytes)> Encode((Document Document, long Line)[] batch, Tokenizer tokenizer)
    {
        List<(string, long, List<int>, long)> encoded = [];
        foreach (var (document, line) in batch)
        {
            List<int> tokens = [];
            tokenizer.Encode(document.Text, tokens);
            encoded.Add((document.Id, line, tokens, Encoding.UTF8.GetByteCount(document.Text)));
        }

        return encoded;
    }
}
