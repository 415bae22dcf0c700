using System.Buffers.Binary;
using System.IO.Hashing;

namespace OlmoSharp.Data.Deduplication.Bloom;

/// <summary>
/// What a filter's file says before its bits, little-endian: <c>OLMOBLMF</c>, version u32 (1), k u32, m u64, seed u64, keys added u64, contributions u64;
/// for each contribution content and job, 16 bytes each; for each segment the XXH128 of its bytes; the XXH128 of all this; then the segments.
/// </summary>
internal sealed record BloomFilterHeader
{
    private const int FixedBytes = 48;
    private const int HashBytes = 16;
    private const uint Version = 1;
    private const uint DolmaMagic = 0x81F0F117;

    public required BloomParameters Parameters { get; init; }

    public required long Keys { get; init; }

    public required IReadOnlyList<BloomContribution> Contributions { get; init; }

    public required IReadOnlyList<UInt128> SegmentHashes { get; init; }

    /// <summary>Where the bits begin.</summary>
    public long Bytes => FixedBytes + 32L * Contributions.Count + HashBytes * (SegmentHashes.Count + 1L);

    /// <summary>Names this very content of a filter.</summary>
    public UInt128 Identity => XxHash128.HashToUInt128(ToBytes());

    private static ReadOnlySpan<byte> Magic => "OLMOBLMF"u8;

    public byte[] ToBytes()
    {
        var bytes = new byte[Bytes];
        var rest = bytes.AsSpan();
        Magic.CopyTo(rest);
        BinaryPrimitives.WriteUInt32LittleEndian(rest[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(rest[12..], Parameters.Hashes);
        BinaryPrimitives.WriteInt64LittleEndian(rest[16..], Parameters.Bits);
        BinaryPrimitives.WriteUInt64LittleEndian(rest[24..], Parameters.Seed);
        BinaryPrimitives.WriteInt64LittleEndian(rest[32..], Keys);
        BinaryPrimitives.WriteInt64LittleEndian(rest[40..], Contributions.Count);
        rest = rest[FixedBytes..];
        foreach (var contribution in Contributions)
        {
            BinaryPrimitives.WriteUInt128LittleEndian(rest, contribution.Content);
            BinaryPrimitives.WriteUInt128LittleEndian(rest[HashBytes..], contribution.Job);
            rest = rest[(2 * HashBytes)..];
        }

        foreach (var hash in SegmentHashes)
        {
            BinaryPrimitives.WriteUInt128LittleEndian(rest, hash);
            rest = rest[HashBytes..];
        }

        BinaryPrimitives.WriteUInt128LittleEndian(rest, XxHash128.HashToUInt128(bytes.AsSpan(0, bytes.Length - HashBytes)));
        return bytes;
    }

    /// <summary>Reads the header and checks it, and that the file has the length it calls for.</summary>
    /// <exception cref="DataException">The file is no filter of ours, damaged, truncated, or cannot be read.</exception>
    public static BloomFilterHeader Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            var start = new byte[FixedBytes];
            var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            if (read >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(start) == DolmaMagic)
            {
                throw new DataException(Dolma(path, file));
            }

            if (read < FixedBytes || !start.AsSpan().StartsWith(Magic))
            {
                throw new DataException($"{path}: is not a Bloom filter (it does not begin with OLMOBLMF). Name another file, or delete this one to start a new filter.");
            }

            if (BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(8)) is not Version and var version)
            {
                throw new DataException($"{path}: is a Bloom filter of version {version}, but this program reads version {Version}. Use the program that wrote it.");
            }

            var (hashes, bits, contributions) = (
                BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(12)), BinaryPrimitives.ReadInt64LittleEndian(start.AsSpan(16)), BinaryPrimitives.ReadInt64LittleEndian(start.AsSpan(40)));
            if (BloomParameters.Existing(bits, hashes, BinaryPrimitives.ReadUInt64LittleEndian(start.AsSpan(24))) is not { } parameters || contributions < 0 || contributions > file.Length / 32)
            {
                throw Damaged(path);
            }

            var rest = new byte[32 * contributions + HashBytes * (parameters.Segments + 1)];
            if (file.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false) < rest.Length)
            {
                throw Damaged(path);
            }

            var header = new BloomFilterHeader
            {
                Parameters = parameters,
                Keys = BinaryPrimitives.ReadInt64LittleEndian(start.AsSpan(32)),
                Contributions = [.. Enumerable.Range(0, (int)contributions).Select(i => new BloomContribution(Hash(rest, 2 * i), Hash(rest, 2 * i + 1)))],
                SegmentHashes = [.. Enumerable.Range(0, parameters.Segments).Select(i => Hash(rest, 2 * (int)contributions + i))],
            };
            if (!header.ToBytes().AsSpan(FixedBytes).SequenceEqual(rest))
            {
                throw Damaged(path);
            }

            var expected = header.Bytes + bits / 8;
            return file.Length == expected ? header : throw new DataException(
                $"{path}: the Bloom filter has {file.Length} bytes, but its header calls for {expected}: it is truncated or has something after it. Fetch or make it again.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads a segment's bits and checks them.</summary>
    /// <exception cref="DataException">The bits are damaged or cannot be read.</exception>
    public void ReadSegment(string path, int index, BloomSegment segment)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            file.Seek(Bytes + index * (Parameters.SegmentBits / 8), SeekOrigin.Begin);
            segment.ReadFrom(file);
            if (segment.Hash() != SegmentHashes[index])
            {
                throw Damaged(path);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>The error of a filter whose hash does not fit its bytes.</summary>
    public static DataException Damaged(string path) => new($"{path}: the Bloom filter is damaged: its bytes do not have the hash that it states. Fetch or make it again.");

    private static UInt128 Hash(byte[] bytes, int index) => BinaryPrimitives.ReadUInt128LittleEndian(bytes.AsSpan(HashBytes * index));

    private static string Dolma(string path, FileStream file)
    {
        var size = "";
        var head = new byte[12];
        file.Position = 0;
        var count = new byte[8];
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(8)) is <= 1 << 20 and var hashes)
        {
            file.Position = 12 + 32L * hashes;
            if (file.ReadAtLeast(count, count.Length, throwOnEndOfStream: false) == count.Length)
            {
                size = $" ({4 * BinaryPrimitives.ReadUInt64LittleEndian(count)} bytes, {hashes} hashes)";
            }
        }

        return $"{path}: is a Bloom filter of the Dolma toolkit{size}, which cannot be used here: its hash (ahash) gives other values on other processors and versions. "
            + "Make a new filter from the documents that went into it.";
    }
}
