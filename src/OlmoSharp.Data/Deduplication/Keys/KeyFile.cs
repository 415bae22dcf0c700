using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Deduplication.Keys;

/// <summary>
/// The hashes of a shard's keys, for those who resolve them cell by cell. The file is a row of runs; a run holds its hashes ordered by cell and, within a
/// cell, as they came, and then, if documents are kept, the number of each key's document in the same order. At the end stand for every run
/// the place where it begins and how many of its keys are in each cell, then the number of runs. All numbers are little-endian.
/// </summary>
internal sealed class KeyFile : IDisposable
{
    private readonly IntermediateFile _file;
    private readonly int _cells;
    private readonly bool _keepsDocuments;
    private readonly byte[] _table;

    public KeyFile(string path, int cells, bool keepsDocuments)
    {
        _cells = cells;
        _keepsDocuments = keepsDocuments;
        _file = new IntermediateFile(path);
        var count = new byte[4];
        _file.Read(count, _file.Length - count.Length);
        Runs = BitConverter.ToInt32(count);
        _table = new byte[Runs * (8 + 4 * cells)];
        _file.Read(_table, _file.Length - count.Length - _table.Length);
    }

    /// <summary>How many runs the file has.</summary>
    public int Runs { get; }

    /// <summary>How many keys of a run are in a cell.</summary>
    public int Count(int run, int cell) => Counts(run)[cell];

    /// <summary>Reads the keys of a run that are in a cell, and their documents where those are kept.</summary>
    public void Read(int run, int cell, Span<KeyHash> keys, Span<uint> documents)
    {
        var (before, all) = (0L, 0L);
        var counts = Counts(run);
        for (var other = 0; other < counts.Length; other++)
        {
            all += counts[other];
            before += other < cell ? counts[other] : 0;
        }

        var start = BitConverter.ToInt64(_table, Entry(run));
        _file.Read(MemoryMarshal.AsBytes(keys), start + KeyHash.Bytes * before);
        if (_keepsDocuments)
        {
            _file.Read(MemoryMarshal.AsBytes(documents), start + KeyHash.Bytes * all + sizeof(uint) * before);
        }
    }

    public void Dispose() => _file.Dispose();

    private int Entry(int run) => run * (8 + 4 * _cells);

    private ReadOnlySpan<int> Counts(int run) => MemoryMarshal.Cast<byte, int>(_table.AsSpan(Entry(run) + 8, 4 * _cells));
}
