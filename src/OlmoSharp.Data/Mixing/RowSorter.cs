using System.Buffers;

namespace OlmoSharp.Data.Mixing;

/// <summary>Holds rows in memory and writes them in the order of their keys; rows of equal keys come as they were added.</summary>
internal sealed class RowSorter : IDisposable
{
    private const int BlockBytes = 1 << 20;

    private readonly List<byte[]> _blocks = [];
    private readonly List<(ulong Key, int Number, int Block, int Start, int Length)> _rows = [];
    private int _used;

    /// <summary>Makes room for a row.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="length">Its bytes.</param>
    /// <returns>Where to put them.</returns>
    public Span<byte> Add(ulong key, int length)
    {
        if (_blocks.Count == 0 || _used + length > _blocks[^1].Length)
        {
            _blocks.Add(ArrayPool<byte>.Shared.Rent(Math.Max(BlockBytes, length)));
            _used = 0;
        }

        _rows.Add((key, _rows.Count, _blocks.Count - 1, _used, length));
        _used += length;
        return _blocks[^1].AsSpan(_used - length, length);
    }

    /// <summary>Writes all rows.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="afterRow">Called after each.</param>
    public void Write(Stream output, Action afterRow)
    {
        _rows.Sort((one, other) => one.Key != other.Key ? one.Key.CompareTo(other.Key) : one.Number.CompareTo(other.Number));
        foreach (var (_, _, block, start, length) in _rows)
        {
            output.Write(_blocks[block], start, length);
            afterRow();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var block in _blocks)
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        _blocks.Clear();
        _rows.Clear();
    }
}
