using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using OlmoSharp.Data.Shards;

namespace OlmoSharp.Data.Tokens;

/// <summary>
/// Writes encoded documents in runs of some megabytes, each in the documents' order, so that a range of keys is a few stretches of the file. The index has a row for each document,
/// then one for each run, then the number of runs. Both files are of this machine's byte order, because they do not outlive a job.
/// </summary>
/// <param name="data">Where the documents go.</param>
/// <param name="index">Where the index goes.</param>
/// <param name="type">How a token is stored.</param>
internal sealed class EncodedFileWriter(Stream data, Stream index, TokenType type) : IDisposable
{
    private const int RunBytes = 32 << 20;

    private readonly List<EncodedDocument> _documents = [];
    private readonly List<EncodedRun> _runs = [];
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
    private int _used;
    private long _written;
    private long _rows;

    /// <summary>Adds a document.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="line">Its line.</param>
    /// <param name="id">Its id in UTF-8.</param>
    /// <param name="tokens">All its tokens.</param>
    /// <param name="textBytes">Length of its text in UTF-8.</param>
    public void Add(ulong key, long line, ReadOnlySpan<byte> id, ReadOnlySpan<int> tokens, long textBytes)
    {
        var document = new EncodedDocument(key, line, _used, textBytes, id.Length, tokens.Length);
        var bytes = document.Bytes(type.SizeInBytes());
        if (_used + bytes > RunBytes)
        {
            EndRun();
            document = document with { Offset = 0 };
        }

        if (_used + bytes > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Max(_used + bytes, Math.Min(2L * _buffer.Length, RunBytes)));
            _buffer.AsSpan(0, _used).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        id.CopyTo(_buffer.AsSpan(_used));
        Store(tokens, _buffer.AsSpan(_used + id.Length), type);
        _used += (int)bytes;
        _documents.Add(document);
    }

    /// <summary>Writes what is left.</summary>
    public void Complete()
    {
        EndRun();
        index.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_runs)));
        long count = _runs.Count;
        index.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in count)));
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private static void Store(ReadOnlySpan<int> tokens, Span<byte> bytes, TokenType type)
    {
        if (type == TokenType.UInt32)
        {
            for (var i = 0; i < tokens.Length; i++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(bytes[(4 * i)..], tokens[i]);
            }

            return;
        }

        var done = 0;
        if (BitConverter.IsLittleEndian)
        {
            var wide = MemoryMarshal.Cast<int, Vector128<uint>>(tokens);
            var narrow = MemoryMarshal.Cast<byte, Vector128<ushort>>(bytes);
            for (var i = 0; i < wide.Length / 2; i++)
            {
                narrow[i] = Vector128.Narrow(wide[2 * i], wide[2 * i + 1]);
            }

            done = wide.Length / 2 * Vector128<ushort>.Count;
        }

        for (; done < tokens.Length; done++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[(2 * done)..], (ushort)tokens[done]);
        }
    }

    private void EndRun()
    {
        if (_documents.Count == 0)
        {
            return;
        }

        var documents = CollectionsMarshal.AsSpan(_documents);
        documents.Sort((a, b) => a.Key.CompareTo(b.Key));
        foreach (ref var document in documents)
        {
            var bytes = (int)document.Bytes(type.SizeInBytes());
            data.Write(_buffer.AsSpan((int)document.Offset, bytes));
            document = document with { Offset = _written };
            _written += bytes;
        }

        index.Write(MemoryMarshal.AsBytes(documents));
        _runs.Add(new EncodedRun(_rows, documents.Length, documents[0].Key, documents[^1].Key));
        _rows += documents.Length;
        _documents.Clear();
        _used = 0;
    }
}
