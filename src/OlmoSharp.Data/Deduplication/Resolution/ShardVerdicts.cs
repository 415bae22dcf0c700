using System.Runtime.InteropServices;
using OlmoSharp.Data.Deduplication.Keys;

namespace OlmoSharp.Data.Deduplication.Resolution;

/// <summary>
/// The verdicts on the keys of one shard, in the order of the text. A cell's file holds, shard after shard, a bit for every key and then the first occurrence
/// of each duplicate, if those are kept; at the end stand for every shard where it begins and how many keys it has (u64 each, little-endian).
/// </summary>
internal sealed class ShardVerdicts
{
    private readonly byte[][] _bits;
    private readonly KeyOrigin[][] _firsts;
    private readonly long[] _next;
    private readonly int[] _nextFirst;

    /// <param name="cellFiles">The files of all cells.</param>
    /// <param name="shard">The shard's number.</param>
    /// <param name="shards">How many shards there are.</param>
    public ShardVerdicts(IReadOnlyList<string> cellFiles, int shard, int shards)
    {
        _bits = new byte[cellFiles.Count][];
        _firsts = new KeyOrigin[cellFiles.Count][];
        _next = new long[cellFiles.Count];
        _nextFirst = new int[cellFiles.Count];
        Span<long> entry = stackalloc long[3];
        for (var cell = 0; cell < cellFiles.Count; cell++)
        {
            using var file = new IntermediateFile(cellFiles[cell]);
            var table = file.Length - 16L * shards;
            entry[2] = table;
            file.Read(MemoryMarshal.AsBytes(shard + 1 < shards ? entry : entry[..2]), table + 16L * shard);
            _bits[cell] = new byte[(entry[1] + 7) / 8];
            _firsts[cell] = new KeyOrigin[(entry[2] - entry[0] - _bits[cell].Length) / 8];
            file.Read(_bits[cell], entry[0]);
            file.Read(MemoryMarshal.AsBytes(_firsts[cell].AsSpan()), entry[0] + _bits[cell].Length);
        }
    }

    /// <summary>Whether the next key of a cell occurred before, and where first, if that is kept.</summary>
    public bool Next(int cell, out KeyOrigin? first)
    {
        var key = _next[cell]++;
        var was = (_bits[cell][key >> 3] >> (int)(key & 7) & 1) != 0;
        first = was && _firsts[cell].Length > 0 ? _firsts[cell][_nextFirst[cell]++] : null;
        return was;
    }
}
