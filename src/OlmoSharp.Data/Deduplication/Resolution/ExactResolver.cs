using OlmoSharp.Data.Deduplication.Keys;

namespace OlmoSharp.Data.Deduplication.Resolution;

/// <summary>Compares hashes with all that came before, in as many passes as the memory asks for: each pass looks at a part of all hashes.</summary>
internal sealed class ExactResolver : ICellResolver
{
    private readonly bool _keepsFirsts;
    private readonly long _keys;
    private ExactTable? _table;
    private ulong _pass;

    /// <param name="keys">How many keys the cell has.</param>
    /// <param name="keepsFirsts">Whether first occurrences are kept.</param>
    /// <param name="memory">Bytes that the table may take.</param>
    public ExactResolver(long keys, bool keepsFirsts, long memory)
    {
        _keepsFirsts = keepsFirsts;
        var most = Math.Clamp(memory / ExactTable.BytesPerKey(keepsFirsts), 1, ExactTable.MaxKeys);
        Passes = (int)Math.Max(1, (keys + most - 1) / most);

        // The parts are equal only on average: hashes are spread evenly, so that a part strays from its share by a few square roots of it.
        var share = (keys + Passes - 1) / Passes;
        _keys = Passes == 1 ? keys : Math.Min(keys, share + 8 * (long)Math.Sqrt(share) + 64);
    }

    public int Passes { get; }

    public long Fresh { get; private set; }

    public void Begin(int pass)
    {
        _pass = (ulong)pass;
        if (_table is null)
        {
            _table = new ExactTable(_keys, _keepsFirsts);
        }
        else
        {
            _table.Clear();
        }
    }

    public void Resolve(ReadOnlySpan<KeyHash> keys, uint shard, ReadOnlySpan<uint> documents, Span<byte> verdicts, Span<KeyOrigin> firsts)
    {
        var passes = (ulong)Passes;
        for (var i = 0; i < keys.Length; i++)
        {
            _table!.Prefetch(keys, i);
            if (passes > 1 && KeyHash.Scale(keys[i].Low, passes) != _pass)
            {
                continue;
            }

            var was = _table.Add(keys[i], new KeyOrigin(shard, _keepsFirsts ? documents[i] : 0), out var first);
            if (was)
            {
                verdicts[i] = 1;
                if (_keepsFirsts)
                {
                    firsts[i] = first;
                }
            }

            Fresh += was ? 0 : 1;
        }
    }
}
