using System.Buffers;
using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Deduplication.Keys;

/// <summary>
/// Writes a shard's keys twice over: their hashes ordered by cell (<see cref="KeyFile"/>), and the outline, which says for every document or paragraph
/// what it was turned into and in which cells its keys lie, in the order of the text (<see cref="OutlineReader"/>).
/// </summary>
internal sealed class KeyWriter(Stream keys, Stream outline, int cellBits, bool keepsDocuments)
{
    private const int RunKeys = 1 << 19;
    private const int FirstKeys = 1 << 12;

    private KeyHash[] _keys = new KeyHash[FirstKeys];
    private uint[] _documents = new uint[keepsDocuments ? FirstKeys : 0];
    private readonly int[] _counts = new int[1 << cellBits];
    private readonly List<byte> _table = [];
    private readonly byte[] _outline = new byte[1 << 16];
    private int _count;
    private int _outlineCount;
    private long _written;
    private int _runs;

    /// <summary>Bytes that a writer takes at most.</summary>
    public static long Memory => 2L * RunKeys * (KeyHash.Bytes + sizeof(uint));

    /// <summary>The number of the document, from 0, whose keys come.</summary>
    public uint Document { get; set; }

    /// <summary>Notes something that has no key.</summary>
    public void Skip(KeyKind kind) => Note((byte)kind);

    /// <summary>Notes something that is one key.</summary>
    public void Add(KeyHash key)
    {
        Note((byte)KeyKind.Whole);
        Put(key);
    }

    /// <summary>Notes something that is several keys.</summary>
    public void Add(KeyKind kind, ReadOnlySpan<KeyHash> several)
    {
        Note((byte)kind);
        var count = (uint)several.Length;
        for (; count >= 0x80; count >>= 7)
        {
            Note((byte)(count | 0x80));
        }

        Note((byte)count);
        foreach (var key in several)
        {
            Put(key);
        }
    }

    /// <summary>Writes what is left.</summary>
    public void Complete()
    {
        EndRun();
        keys.Write(CollectionsMarshal.AsSpan(_table));
        keys.Write(BitConverter.GetBytes(_runs));
        outline.Write(_outline.AsSpan(0, _outlineCount));
    }

    private void Put(KeyHash key)
    {
        if (_count == _keys.Length)
        {
            MakeRoom();
        }

        var cell = key.Cell(cellBits);
        Note((byte)cell);
        _counts[cell]++;
        _keys[_count] = key;
        if (keepsDocuments)
        {
            _documents[_count] = Document;
        }

        _count++;
    }

    private void Note(byte value)
    {
        if (_outlineCount == _outline.Length)
        {
            outline.Write(_outline);
            _outlineCount = 0;
        }

        _outline[_outlineCount++] = value;
    }

    private void MakeRoom()
    {
        if (_count == RunKeys)
        {
            EndRun();
            return;
        }

        Array.Resize(ref _keys, 2 * _count);
        if (keepsDocuments)
        {
            Array.Resize(ref _documents, 2 * _count);
        }
    }

    private void EndRun()
    {
        if (_count == 0)
        {
            return;
        }

        var sorted = ArrayPool<KeyHash>.Shared.Rent(_count);
        var sortedDocuments = ArrayPool<uint>.Shared.Rent(_documents.Length);

        Span<int> next = stackalloc int[_counts.Length];
        for (var cell = 1; cell < _counts.Length; cell++)
        {
            next[cell] = next[cell - 1] + _counts[cell - 1];
        }

        for (var i = 0; i < _count; i++)
        {
            var place = next[_keys[i].Cell(cellBits)]++;
            sorted[place] = _keys[i];
            if (keepsDocuments)
            {
                sortedDocuments[place] = _documents[i];
            }
        }

        _table.AddRange(BitConverter.GetBytes(_written));
        _table.AddRange(MemoryMarshal.AsBytes(_counts.AsSpan()));
        Write(MemoryMarshal.AsBytes(sorted.AsSpan(0, _count)));
        if (keepsDocuments)
        {
            Write(MemoryMarshal.AsBytes(sortedDocuments.AsSpan(0, _count)));
        }

        ArrayPool<KeyHash>.Shared.Return(sorted);
        ArrayPool<uint>.Shared.Return(sortedDocuments);
        Array.Clear(_counts);
        _count = 0;
        _runs++;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        keys.Write(bytes);
        _written += bytes.Length;
    }
}
