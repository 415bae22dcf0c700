using System.IO.Compression;
using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.GZip;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace OlmoSharp.Data.Documents;

/// <summary>Chooses the compression by a file's extension: <c>.gz</c> gzip, <c>.zst</c> zstd, anything else none; the documents of a <c>.parquet</c> file are read as the lines that they would be.</summary>
public static class CompressedStream
{
    private const int DefaultZstdLevel = 6;
    private const int BufferSize = 1 << 16;

    /// <summary>What gzip makes of nothing (RFC 1952); <see cref="GZipStream"/> would leave an empty file.</summary>
    public static ReadOnlySpan<byte> EmptyGzip => [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Opens a file for reading its decompressed bytes. An empty compressed file is a truncated one, and therefore an error.</summary>
    /// <param name="path">The file.</param>
    public static Stream OpenRead(string path)
    {
        if (Path.GetExtension(path) == ".parquet" && File.Exists(path))
        {
            return new ParquetLines(path);
        }

        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.SequentialScan);
        var extension = Path.GetExtension(path);
        if (extension is not (".gz" or ".zst"))
        {
            return file;
        }

        if (file.Length == 0)
        {
            file.Dispose();
            throw new InvalidDataException("the compressed file is empty");
        }

        // Not System.IO.Compression.GZipStream: it reads a truncated file as a shorter one and does not check the CRC.
        return extension == ".gz" ? new GZipInputStream(file, BufferSize) : new DecompressionStream(file, leaveOpen: false);
    }

    /// <summary>Wraps a stream so that what is written to it is compressed as the path's extension says; the inner stream stays open, and is itself the result where nothing is compressed.</summary>
    /// <param name="inner">Where the bytes go.</param>
    /// <param name="path">The file's name.</param>
    /// <param name="zstdLevel">The level of zstd.</param>
    public static Stream WrapForWriting(Stream inner, string path, int zstdLevel = DefaultZstdLevel)
    {
        switch (Path.GetExtension(path))
        {
            case ".gz":
                return new GZipStream(inner, CompressionLevel.Optimal, leaveOpen: true);
            case ".zst":
                var stream = new CompressionStream(inner, zstdLevel, leaveOpen: true);
                stream.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
                return stream;
            default:
                return inner;
        }
    }

    /// <summary>Whether an error means that compressed data is damaged or cut short.</summary>
    /// <param name="error">The error.</param>
    public static bool IsDamage(Exception error) =>
        error is InvalidDataException or EndOfStreamException or ZstdException or SharpZipBaseException or IndexOutOfRangeException;
}
