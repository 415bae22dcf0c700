using System.Globalization;
using System.IO.Compression;

namespace OlmoSharp.Data.Shards;

/// <summary>The documents of one shard in token order, from its <c>.csv.gz</c>.</summary>
internal sealed class DocumentIndex
{
    private readonly ShardDocument[] _documents;

    private DocumentIndex(ShardDocument[] documents) => _documents = documents;

    /// <summary>Reads the offsets of a shard and checks that they ascend, and with a side-car that they cover every token.</summary>
    /// <exception cref="DataException">The file is missing, corrupted, or disagrees with the shard.</exception>
    public static DocumentIndex Load(TokenShard shard)
    {
        string path = ShardManifest.DocumentsPathFor(shard.Path);
        if (!File.Exists(path))
        {
            throw new DataException($"{path}: the document offsets of {Path.GetFileName(shard.Path)} are missing. Restore this file, or write the shards again.");
        }

        var documents = new List<ShardDocument>();
        try
        {
            using var text = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
            var rows = new CsvRowReader(text);
            var fields = new List<string>();
            string sourceFile = "";
            while (rows.Read(fields))
            {
                var document = Parse(shard, fields, documents, ref sourceFile);
                documents.Add(document);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or FormatException)
        {
            throw Bad(path, documents.Count + 1, exception.Message, exception);
        }

        if (shard.Entry is { } entry && (entry.DocumentCount != documents.Count || entry.TokenCount != (documents.Count == 0 ? 0 : documents[^1].End)))
        {
            throw new DataException(
                $"{path}: holds {documents.Count} documents over {(documents.Count == 0 ? 0 : documents[^1].End)} tokens, "
                + $"but the side-car says {entry.DocumentCount} over {entry.TokenCount}. Restore this file, or write the shards again.");
        }

        return new DocumentIndex([.. documents]);
    }

    /// <summary>The documents that share a token with [<paramref name="start"/>, <paramref name="end"/>), in order.</summary>
    public ReadOnlySpan<ShardDocument> Covering(long start, long end)
    {
        int first = FirstWhere(document => document.End > start);
        int afterLast = FirstWhere(document => document.Start >= end);
        return first < afterLast ? _documents.AsSpan(first..afterLast) : [];
    }

    private static ShardDocument Parse(TokenShard shard, List<string> fields, List<ShardDocument> before, ref string sourceFile)
    {
        // OLMo-core writes only the two offsets when it makes this file itself.
        if (fields.Count is not (2 or 5))
        {
            throw new FormatException($"{fields.Count} columns instead of start,end,id,src,loc");
        }

        long start = Number(fields[0]);
        long end = Number(fields[1]);
        long previousEnd = before.Count == 0 ? 0 : before[^1].End;
        if (start < previousEnd || end <= start || end > shard.TokenCount || (shard.Entry is not null && start != previousEnd))
        {
            throw new FormatException($"tokens {start} to {end} do not follow the row before (end {previousEnd}) within the shard's {shard.TokenCount} tokens");
        }

        if (fields.Count == 2)
        {
            return new ShardDocument(shard, start, end, "", "", 0);
        }

        // Consecutive documents mostly come from one file; one string serves them all.
        sourceFile = fields[3] == sourceFile ? sourceFile : fields[3];
        return new ShardDocument(shard, start, end, fields[2], sourceFile, Number(fields[4]));
    }

    private static long Number(string field) => long.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
        ? value
        : throw new FormatException($"'{field}' is not a number");

    private static DataException Bad(string path, int row, string reason, Exception inner) =>
        new($"{path}, row {row}: {reason}. Restore this file, or write the shards again.", inner);

    private int FirstWhere(Predicate<ShardDocument> holdsFromThere)
    {
        int low = 0;
        int high = _documents.Length;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (holdsFromThere(_documents[middle]))
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
