using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;

namespace OlmoSharp.Data.Shards;

/// <summary>One token file, memory-mapped, as part of a <see cref="TokenShardSet"/>.</summary>
public sealed unsafe class TokenShard : IDisposable
{
    private const int MaxTokensPerCopy = 1 << 20;

    private readonly TokenType _type;
    private readonly int _vocabularySize;
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly Lazy<DocumentIndex> _documents;
    private byte* _bytes;

    internal TokenShard(LocatedShard located, TokenType type, long offset)
    {
        Path = located.Path;
        Entry = located.Entry;
        Offset = offset;
        _type = type;
        _vocabularySize = located.Manifest?.Tokenizer.VocabularySize ?? int.MaxValue;
        _documents = new Lazy<DocumentIndex>(() => DocumentIndex.Load(this));
        long length = CheckedLength(located);
        TokenCount = length / type.SizeInBytes();
        if (length > 0)
        {
            _file = MemoryMappedFile.CreateFromFile(Path, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
            _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _bytes);
        }
    }

    /// <summary>Path of the token file.</summary>
    public string Path { get; }

    /// <summary>Position of its first token in the stream of the whole set.</summary>
    public long Offset { get; }

    /// <summary>Number of tokens in it.</summary>
    public long TokenCount { get; }

    /// <summary>What the side-car says of it, or null without a side-car.</summary>
    public ShardEntry? Entry { get; }

    /// <summary>The documents that share a token with the range, in order. The offsets file is read at the first call.</summary>
    /// <param name="start">First token, counted in this shard.</param>
    /// <param name="end">One past the last token.</param>
    /// <exception cref="DataException">The offsets file is missing, corrupted, or disagrees with the shard.</exception>
    public IReadOnlyList<ShardDocument> DocumentsIn(long start, long end) => [.. _documents.Value.Covering(start, end)];

    /// <summary>Unmaps the file.</summary>
    public void Dispose()
    {
        if (_bytes is not null)
        {
            _view!.SafeMemoryMappedViewHandle.ReleasePointer();
            _bytes = null;
        }

        _view?.Dispose();
        _file?.Dispose();
    }

    /// <summary>Copies tokens from <paramref name="start"/> on; the range lies inside the shard.</summary>
    internal void Read(long start, Span<int> tokens)
    {
        while (!tokens.IsEmpty)
        {
            var piece = tokens[..Math.Min(tokens.Length, MaxTokensPerCopy)];
            int size = _type.SizeInBytes();
            Widen(new ReadOnlySpan<byte>(_bytes + (start * size), piece.Length * size), piece);
            CheckVocabulary(start, piece);
            start += piece.Length;
            tokens = tokens[piece.Length..];
        }
    }

    /// <summary>Recomputes the checksums of both files.</summary>
    internal void VerifyHashes()
    {
        if (Entry is null)
        {
            throw new DataException($"{Path}: has no side-car with checksums to verify against. Open it without verification, or write it with OlmoSharp.");
        }

        VerifyHash(Path, Entry.TokensXxHash128);
        VerifyHash(ShardManifest.DocumentsPathFor(Path), Entry.DocumentsXxHash128);
    }

    private static void VerifyHash(string path, string expected)
    {
        string actual = ShardHash.OfFile(path);
        if (actual != expected)
        {
            throw new DataException($"{path}: its XXH128 is {actual}, but the side-car says {expected}: the file is corrupted or replaced. Restore it, or write the shards again.");
        }
    }

    private void Widen(ReadOnlySpan<byte> bytes, Span<int> tokens)
    {
        if (_type == TokenType.UInt16)
        {
            for (int i = 0; i < tokens.Length; i++)
            {
                tokens[i] = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(i * sizeof(ushort))..]);
            }
        }
        else
        {
            for (int i = 0; i < tokens.Length; i++)
            {
                tokens[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(i * sizeof(uint))..]);
            }
        }
    }

    // An id outside the vocabulary would crash or silently corrupt an embedding lookup far from here.
    private void CheckVocabulary(long start, ReadOnlySpan<int> tokens)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            if ((uint)tokens[i] >= (uint)_vocabularySize)
            {
                throw new DataException(
                    $"{Path}: token {start + i} is {(uint)tokens[i]}, outside the vocabulary of {_vocabularySize}. "
                    + "The file is corrupted or read with the wrong type; verify its checksum, and write the shards again.");
            }
        }
    }

    private long CheckedLength(LocatedShard located)
    {
        long length = new FileInfo(Path).Length;
        int size = _type.SizeInBytes();
        if (located.Entry is not { } entry)
        {
            if (StartsWithNumpyHeader())
            {
                throw new DataException($"{Path}: starts with a numpy header, but token shards are raw ids. Save it with numpy's tofile instead of numpy.save.");
            }

            return length % size == 0
                ? length
                : throw new DataException($"{Path}: holds {length} bytes, which is not a whole number of {size}-byte tokens. It is truncated, or of another type.");
        }

        if (length != entry.TokenCount * size)
        {
            throw new DataException(
                $"{Path}: holds {length} bytes, but its side-car says {entry.TokenCount * size} ({entry.TokenCount} tokens of {size} bytes). "
                + "It is truncated or replaced: restore it, or write the shards again.");
        }

        string documents = ShardManifest.DocumentsPathFor(Path);
        return File.Exists(documents)
            ? length
            : throw new DataException($"{documents}: the document offsets of {System.IO.Path.GetFileName(Path)} are missing. Restore this file, or write the shards again.");
    }

    private bool StartsWithNumpyHeader()
    {
        Span<byte> start = stackalloc byte[6];
        using var stream = File.OpenRead(Path);
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start[0] == 0x93 && start[1..].SequenceEqual("NUMPY"u8);
    }
}
