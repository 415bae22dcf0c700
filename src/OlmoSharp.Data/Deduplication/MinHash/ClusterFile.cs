using System.Runtime.InteropServices;
using OlmoSharp.Data.Deduplication.Keys;

namespace OlmoSharp.Data.Deduplication.MinHash;

/// <summary>The members of clusters, shard after shard in the order of the documents; at the end stands for every shard, and the end, where its members begin (u64, little-endian).</summary>
internal static class ClusterFile
{
    /// <summary>Reads the members in a shard.</summary>
    public static ClusterMember[] Read(string path, int shard, int shards)
    {
        using var file = new IntermediateFile(path);
        Span<long> places = stackalloc long[2];
        file.Read(MemoryMarshal.AsBytes(places), file.Length - 8L * (shards + 1 - shard));
        var members = new ClusterMember[(places[1] - places[0]) / ClusterMember.Bytes];
        file.Read(MemoryMarshal.AsBytes(members.AsSpan()), places[0]);
        return members;
    }

    /// <summary>Writes such a file.</summary>
    internal sealed class Writer(Stream stream)
    {
        private readonly List<long> _starts = [];
        private long _written;

        /// <summary>Begins the next shard.</summary>
        public void BeginShard() => _starts.Add(_written);

        public void Add(in ClusterMember member)
        {
            stream.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<ClusterMember>(in member)));
            _written += ClusterMember.Bytes;
        }

        public void Complete()
        {
            _starts.Add(_written);
            stream.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_starts)));
        }
    }
}
