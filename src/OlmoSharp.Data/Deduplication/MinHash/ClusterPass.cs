using System.Runtime.InteropServices;
using OlmoSharp.Data.Deduplication.Keys;
using OlmoSharp.Data.Deduplication.Resolution;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Data.Deduplication.MinHash;

/// <summary>The fourth pass, over all shards at once: joins documents that are near to each other to clusters, and chooses the document of each that is kept (output 0, a <see cref="SectionFile"/> of <see cref="ClusterMember"/>s for each shard).</summary>
internal sealed class ClusterPass
{
    private const int BufferItems = 1 << 13;

    public required IReadOnlyList<string> EdgeFiles { get; init; }

    /// <summary>The bytes of each document's text, if the longest is kept; else none.</summary>
    public required IReadOnlyList<string> LengthFiles { get; init; }

    /// <summary>How many documents each shard has.</summary>
    public required IReadOnlyList<long> Documents { get; init; }

    /// <summary>Bytes that all documents together take.</summary>
    /// <param name="documents">How many there are.</param>
    /// <param name="keepsLongest">Whether lengths are compared.</param>
    public static long Memory(long documents, bool keepsLongest) => documents * sizeof(int) * (keepsLongest ? 4 : 2);

    public void Run(ShardWork work)
    {
        int[] starts = [.. Starts()];
        var sets = new DisjointSets(starts[^1]);
        for (var shard = 0; shard < EdgeFiles.Count; shard++)
        {
            Each<DocumentEdge>(EdgeFiles[shard], (edge, _) => sets.Join(starts[shard] + (int)edge.Document, starts[edge.Earlier.Shard] + (int)edge.Earlier.Document));
            work.Advance(0);
        }

        var sizes = new int[starts[^1]];
        for (var document = 0; document < sizes.Length; document++)
        {
            sizes[sets.Find(document)]++;
        }

        var kept = FindLongest(sets, starts, work);
        var writer = new SectionFile.Writer(work.Output(0));
        for (var shard = 0; shard < Documents.Count; shard++)
        {
            writer.BeginSection();
            for (var document = starts[shard]; document < starts[shard + 1]; document++)
            {
                var cluster = sets.Find(document);
                if (sizes[cluster] > 1)
                {
                    var member = new ClusterMember((uint)(document - starts[shard]), (uint)sizes[cluster], Origin(kept is null ? cluster : kept[cluster]));
                    writer.Add(new ReadOnlySpan<ClusterMember>(in member));
                }
            }

            work.Advance(0);
        }

        writer.Complete();

        KeyOrigin Origin(int document)
        {
            var shard = Array.BinarySearch(starts, document) is var place && place < 0 ? ~place - 1 : place;
            while (starts[shard + 1] == document)
            {
                // A shard without documents begins where the next begins.
                shard++;
            }

            return new KeyOrigin((uint)shard, (uint)(document - starts[shard]));
        }
    }

    private IEnumerable<int> Starts()
    {
        var start = 0;
        yield return start;
        foreach (var count in Documents)
        {
            start = checked(start + (int)count);
            yield return start;
        }
    }

    /// <summary>The longest document of each cluster, under the cluster's name; null where the first is kept, whose number is the name.</summary>
    private int[]? FindLongest(DisjointSets sets, int[] starts, ShardWork work)
    {
        if (LengthFiles.Count == 0)
        {
            return null;
        }

        var (longest, lengths) = (new int[starts[^1]], new int[starts[^1]]);
        Array.Fill(lengths, -1);
        for (var shard = 0; shard < LengthFiles.Count; shard++)
        {
            Each<int>(LengthFiles[shard], (length, number) =>
            {
                var document = starts[shard] + number;
                var cluster = sets.Find(document);
                if (length > lengths[cluster])
                {
                    (longest[cluster], lengths[cluster]) = (document, length);
                }
            });
            work.Advance(0);
        }

        return longest;
    }

    private static void Each<T>(string path, Action<T, int> take)
        where T : unmanaged
    {
        using var file = new IntermediateFile(path);
        var buffer = new T[BufferItems];
        var size = MemoryMarshal.AsBytes(buffer.AsSpan(0, 1)).Length;
        var count = checked((int)(file.Length / size));
        for (var done = 0; done < count;)
        {
            var items = buffer.AsSpan(0, Math.Min(buffer.Length, count - done));
            file.Read(MemoryMarshal.AsBytes(items), (long)done * size);
            foreach (var item in items)
            {
                take(item, done++);
            }
        }
    }
}
