namespace OlmoSharp.Data.Tokens;

/// <summary>Divides the documents, in their order, among shards.</summary>
internal static class ShardPlan
{
    /// <summary>Divides them.</summary>
    /// <param name="files">The encoded documents.</param>
    /// <param name="order">Their order.</param>
    /// <param name="documents">How many there are.</param>
    /// <param name="maxTokens">A shard is closed before it would pass this; a longer document is a shard of its own.</param>
    /// <param name="partBytes">Bytes of documents in a part, at most unless a document is longer. The shards do not depend on it.</param>
    /// <param name="tokenSize">Bytes of a token.</param>
    /// <returns>The parts of each shard.</returns>
    public static List<List<ShardPart>> Divide(IReadOnlyList<EncodedFile> files, DocumentOrder order, long documents, long maxTokens, long partBytes, int tokenSize)
    {
        List<List<ShardPart>> shards = [];
        var tokens = 0L;
        foreach (var (first, last) in order.Ranges(documents))
        {
            foreach (var document in files.SelectMany(file => file.Rows(first, last)).SelectMany(rows => rows).OrderBy(row => row.Key))
            {
                if (shards.Count == 0 || tokens + document.Tokens > maxTokens)
                {
                    shards.Add([]);
                    tokens = 0;
                }

                var bytes = document.Bytes(tokenSize);
                var parts = shards[^1];
                if (parts.Count == 0 || parts[^1].Bytes + bytes > partBytes)
                {
                    parts.Add(new ShardPart(document.Key, document.Key, 1, bytes));
                }
                else
                {
                    parts[^1] = new ShardPart(parts[^1].First, document.Key, parts[^1].Documents + 1, parts[^1].Bytes + bytes);
                }

                tokens += document.Tokens;
            }
        }

        return shards;
    }
}
