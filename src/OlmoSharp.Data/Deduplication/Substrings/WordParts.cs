using System.Runtime.InteropServices;
using OlmoSharp.Data.Deduplication.Keys;

namespace OlmoSharp.Data.Deduplication.Substrings;

/// <summary>How the words of all shards, in order, are divided into parts whose suffixes are sorted in memory. A document is in one part.</summary>
internal static class WordParts
{
    private const int BufferDocuments = 1 << 13;

    /// <summary>Bytes that a word takes while its part is sorted: at first its token, its place in a hash table and its rank; then, in the place of tokens and table, suffix array and alphabets.</summary>
    public const int BytesPerWord = 36;

    /// <summary>Divides the words.</summary>
    /// <param name="shards">The document files, for errors.</param>
    /// <param name="countFiles">How many words the documents of each shard have.</param>
    /// <param name="memory">Bytes that a part may take.</param>
    /// <returns>The slices of each part.</returns>
    /// <exception cref="DataException">A document is too long.</exception>
    public static IReadOnlyList<IReadOnlyList<WordSlice>> Plan(IReadOnlyList<string> shards, IReadOnlyList<string> countFiles, long memory)
    {
        var most = (int)Math.Min(memory / BytesPerWord, 1 << 30);
        var parts = new List<List<WordSlice>> { new() };
        var place = 0;
        for (var shard = 0; shard < shards.Count; shard++)
        {
            var (document, firstDocument, word, firstWord) = (0L, 0L, 0L, 0L);
            foreach (var count in Counts(countFiles[shard]))
            {
                if (count > most)
                {
                    throw new DataException(
                        $"{shards[shard]}, document {document + 1}: has {count} words, which need {(long)count * BytesPerWord} bytes; each of the processes has {memory} of memory_in_bytes. Raise memory_in_bytes or lower processes.");
                }

                if (place + (word - firstWord) + count > most)
                {
                    EndSlice();
                    parts.Add([]);
                    place = 0;
                }

                document++;
                word += count;
            }

            EndSlice();

            void EndSlice()
            {
                if (document > firstDocument)
                {
                    parts[^1].Add(new WordSlice(parts.Count - 1, shard, firstDocument, (int)(document - firstDocument), firstWord, (int)(word - firstWord), place));
                    place += (int)(word - firstWord);
                    (firstDocument, firstWord) = (document, word);
                }
            }
        }

        return parts;
    }

    /// <summary>Reads how many words documents have.</summary>
    public static IEnumerable<int> Counts(string path)
    {
        using var file = new IntermediateFile(path);
        var buffer = new int[BufferDocuments];
        for (long place = 0; place < file.Length;)
        {
            var count = (int)Math.Min(buffer.Length, (file.Length - place) / sizeof(int));
            file.Read(MemoryMarshal.AsBytes(buffer.AsSpan(0, count)), place);
            for (var i = 0; i < count; i++)
            {
                yield return buffer[i];
            }

            place += sizeof(int) * count;
        }
    }
}
