using System.Runtime.InteropServices;
using OlmoSharp.Data.Deduplication.Bloom;
using OlmoSharp.Data.Deduplication.Keys;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Data.Deduplication.Resolution;

/// <summary>
/// The second pass, cell by cell: goes through the keys of a cell in the order of the shards and writes the verdicts (output 0; see <see cref="ShardVerdicts"/>) and, for a
/// filter that grows, the segment's new bits (output 1). What one cell gives depends on no other, so that any division of cells gives the same.
/// </summary>
internal sealed class CellPass
{
    public required IReadOnlyList<string> KeyFiles { get; init; }

    public required int Cells { get; init; }

    /// <summary>Whether the documents of first occurrences are kept.</summary>
    public required bool KeepsDocuments { get; init; }

    /// <summary>Bytes that a table may take.</summary>
    public required long Memory { get; init; }

    /// <summary>The filter as it stands before; null: hashes are compared exactly.</summary>
    public required DedupeFilter? Filter { get; init; }

    public void Run(ShardWork work, int cell)
    {
        var (counts, largest) = Count(cell);
        var buffers = new Buffers(largest, KeepsDocuments);
        var segment = Filter is null ? null : new BloomSegment(Filter.Parameters);
        if (segment is not null)
        {
            Filter!.Header?.ReadSegment(Filter.Path, cell, segment);
        }

        ICellResolver resolver = segment is null ? new ExactResolver(counts.Sum(), KeepsDocuments, Memory) : new BloomResolver(segment, Filter!.IsReadOnly);
        var verdicts = counts.Select(count => new byte[(count + 7) / 8]).ToArray();
        var firsts = counts.Select(_ => new List<(long Key, KeyOrigin First)>()).ToArray();
        for (var pass = 0; pass < resolver.Passes; pass++)
        {
            resolver.Begin(pass);
            for (var shard = 0; shard < KeyFiles.Count; shard++)
            {
                Resolve(resolver, shard, cell, buffers, verdicts[shard], firsts[shard]);
                work.Advance(0);
            }
        }

        Write(work.Output(0), counts, verdicts, firsts);
        if (Filter is { IsReadOnly: false })
        {
            segment!.WriteTo(work.Output(1));
        }

        work.Count("keys", counts.Sum());
        work.Count("fresh", resolver.Fresh);
    }

    private (long[] Counts, int Largest) Count(int cell)
    {
        var (counts, largest) = (new long[KeyFiles.Count], 0);
        for (var shard = 0; shard < counts.Length; shard++)
        {
            using var file = new KeyFile(KeyFiles[shard], Cells, KeepsDocuments);
            for (var run = 0; run < file.Runs; run++)
            {
                counts[shard] += file.Count(run, cell);
                largest = Math.Max(largest, file.Count(run, cell));
            }
        }

        return (counts, largest);
    }

    private void Resolve(ICellResolver resolver, int shard, int cell, Buffers buffers, byte[] bits, List<(long Key, KeyOrigin First)> firsts)
    {
        using var file = new KeyFile(KeyFiles[shard], Cells, KeepsDocuments);
        long position = 0;
        for (var run = 0; run < file.Runs; run++)
        {
            var count = file.Count(run, cell);
            var keys = buffers.Keys.AsSpan(0, count);
            var found = buffers.Found.AsSpan(0, count);
            var documents = buffers.Documents.AsSpan(0, KeepsDocuments ? count : 0);
            var origins = buffers.Origins.AsSpan(0, KeepsDocuments ? count : 0);
            file.Read(run, cell, keys, documents);
            found.Clear();
            resolver.Resolve(keys, (uint)shard, documents, found, origins);
            for (var i = 0; i < count; i++)
            {
                bits[(position + i) >> 3] |= (byte)(found[i] << (int)((position + i) & 7));
                if (KeepsDocuments && found[i] != 0)
                {
                    firsts.Add((position + i, origins[i]));
                }
            }

            position += count;
        }
    }

    private static void Write(Stream output, long[] counts, byte[][] verdicts, List<(long Key, KeyOrigin First)>[] firsts)
    {
        long offset = 0;
        var table = new long[2 * counts.Length];
        for (var shard = 0; shard < counts.Length; shard++)
        {
            (table[2 * shard], table[2 * shard + 1]) = (offset, counts[shard]);
            output.Write(verdicts[shard]);

            // Several passes find them out of order.
            firsts[shard].Sort((a, b) => a.Key.CompareTo(b.Key));
            var origins = firsts[shard].ConvertAll(entry => entry.First);
            output.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(origins)));
            offset += verdicts[shard].Length + MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(origins)).Length;
        }

        output.Write(MemoryMarshal.AsBytes(table.AsSpan()));
    }

    /// <summary>Room for the keys of a run that are in the cell, and what is found of them.</summary>
    private sealed class Buffers(int keys, bool keepsDocuments)
    {
        public KeyHash[] Keys { get; } = new KeyHash[keys];

        public byte[] Found { get; } = new byte[keys];

        public uint[] Documents { get; } = new uint[keepsDocuments ? keys : 0];

        public KeyOrigin[] Origins { get; } = new KeyOrigin[keepsDocuments ? keys : 0];
    }
}
