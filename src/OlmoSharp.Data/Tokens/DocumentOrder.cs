using System.Buffers.Binary;
using System.IO.Hashing;
using OlmoSharp.Data.Seeding;

namespace OlmoSharp.Data.Tokens;

/// <summary>
/// The order of documents: each has a key of its own, and the order is that of the keys. A shuffled order's key is a seeded permutation of the 64-bit numbers, applied to the document's
/// position, so that no two keys are equal; else the key is the position. Nothing but seed and positions decides.
/// </summary>
internal sealed class DocumentOrder
{
    private const int LineBits = 40;
    private const int MaxFiles = 1 << (64 - LineBits);

    private readonly ulong[] _rounds = new ulong[2];
    private readonly bool _isShuffled;

    /// <summary>Makes the order.</summary>
    /// <param name="seed">Which of the orders.</param>
    /// <param name="isShuffled">Whether the documents are shuffled.</param>
    /// <param name="files">How many files there are.</param>
    /// <exception cref="DataException">They are too many.</exception>
    public DocumentOrder(long seed, bool isShuffled, int files)
    {
        _isShuffled = isShuffled;
        Span<byte> bytes = stackalloc byte[16];
        for (var round = 0; round < _rounds.Length; round++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, seed);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], round);
            _rounds[round] = XxHash3.HashToUInt64(bytes);
        }

        if (files > MaxFiles)
        {
            throw new DataException($"{files} document files are more than the {MaxFiles} that can be ordered. Join some of them with olmo data mix.");
        }

        Files = files;
    }

    /// <summary>How many files there are.</summary>
    public int Files { get; }

    /// <summary>Whether the documents are shuffled.</summary>
    public bool IsShuffled => _isShuffled;

    /// <summary>The key of a document.</summary>
    /// <param name="file">Its file's number, from 0.</param>
    /// <param name="line">Its line, from 1.</param>
    public ulong Key(int file, long line) => _isShuffled ? Permute(Position(file, line)) : Position(file, line);

    /// <summary>A random number that belongs to a document, the same whatever the order.</summary>
    /// <param name="file">Its file's number.</param>
    /// <param name="line">Its line.</param>
    /// <param name="purpose">What the number is for.</param>
    public ulong Random(int file, long line, ulong purpose) => Permute(Permute(Position(file, line)) + purpose);

    /// <summary>Ranges of keys, first and last, that together hold all keys in order, of some million documents each at most where they are shuffled.</summary>
    /// <param name="documents">How many documents there are.</param>
    public IEnumerable<(ulong First, ulong Last)> Ranges(long documents)
    {
        const long documentsInRange = 1 << 20;
        if (!_isShuffled)
        {
            return Enumerable.Range(0, Files).Select(file => (Position(file, 0), Position(file, (1L << LineBits) - 1)));
        }

        var count = (int)(documents / documentsInRange) + 1;
        var bounds = Enumerable.Range(0, count + 1).Select(i => ((UInt128)1 << 64) * (UInt128)i / (UInt128)count).ToArray();
        return Enumerable.Range(0, count).Select(i => ((ulong)bounds[i], (ulong)(bounds[i + 1] - 1)));
    }

    private static ulong Position(int file, long line) => (ulong)file << LineBits | (ulong)line;

    private ulong Permute(ulong value)
    {
        foreach (var round in _rounds)
        {
            value = SplitMix64.At(value ^ round);
        }

        return value;
    }
}
