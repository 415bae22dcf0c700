using System.Text;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Data.Shards;

namespace OlmoSharp.Data.Tokens;

/// <summary>The second pass: writes a shard, part by part, with the documents in order.</summary>
/// <param name="files">The encoded documents.</param>
/// <param name="sources">The document files that they were encoded from, as the config names them.</param>
/// <param name="tokenSize">Bytes of a token.</param>
internal sealed class GatherPass(IReadOnlyList<EncodedFile> files, IReadOnlyList<string> sources, int tokenSize)
{
    /// <summary>Writes a shard. Outputs: tokens, offsets.</summary>
    /// <param name="work">The task.</param>
    /// <param name="parts">The shard's parts.</param>
    public void Run(ShardWork work, IReadOnlyList<ShardPart> parts)
    {
        using var rows = new StreamWriter(work.Output(1), new UTF8Encoding(false), bufferSize: 1 << 16, leaveOpen: true) { NewLine = "\n" };
        var tokens = work.Output(0);
        var buffer = Array.Empty<byte>();
        List<(EncodedDocument Document, int File, int Start)> documents = [];
        var (tokenCount, textBytes) = (0L, 0L);
        foreach (var part in parts)
        {
            if (buffer.Length < part.Bytes)
            {
                buffer = GC.AllocateUninitializedArray<byte>((int)part.Bytes);
            }

            documents.Clear();
            Read(part, buffer, documents);
            documents.Sort((a, b) => a.Document.Key.CompareTo(b.Document.Key));
            foreach (var (document, file, start) in documents)
            {
                tokens.Write(buffer, start + document.IdBytes, document.Tokens * tokenSize);
                rows.WriteLine(StagedShard.Row(
                    tokenCount, tokenCount + document.Tokens, Encoding.UTF8.GetString(buffer, start, document.IdBytes), sources[file], document.Line));
                tokenCount += document.Tokens;
                textBytes += document.TextBytes;
            }

            work.Advance(0);
        }

        work.Count("documents", parts.Sum(part => part.Documents));
        work.Count("tokens", tokenCount);
        work.Count("bytes", textBytes);
    }

    private void Read(ShardPart part, byte[] buffer, List<(EncodedDocument Document, int File, int Start)> documents)
    {
        var used = 0;
        foreach (var (number, file) in files.Index())
        {
            foreach (var rows in file.Rows(part.First, part.Last))
            {
                var length = (int)rows.Sum(row => row.Bytes(tokenSize));
                file.Read(rows, buffer.AsSpan(used, length));
                foreach (var row in rows)
                {
                    documents.Add((row, number, used));
                    used += (int)row.Bytes(tokenSize);
                }
            }
        }
    }
}
