using System.IO.Hashing;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Jobs;

/// <summary>An output under construction: compressed as its extension says, hashed on the way, and under its final name only once it is whole.</summary>
internal sealed class OutputFile : IDisposable
{
    // zstd's own default: a job's speed should not hang on the compressor.
    private const int ZstdLevel = 3;

    private readonly string _path;
    private readonly AtomicFile _file;
    private readonly HashingStream _hashing;

    public OutputFile(string path)
    {
        _path = path;
        if (Path.GetExtension(path) == ".parquet")
        {
            throw new DataException($"{path}: this would be JSON lines under the name of a Parquet file. Choose an output that does not keep the input's name.");
        }

        try
        {
            _file = new AtomicFile(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be written: {error.Message}", error);
        }

        _hashing = new HashingStream(_file.Stream);
        Stream = CompressedStream.WrapForWriting(_hashing, path, ZstdLevel);
    }

    /// <summary>Where to write; uncompressed.</summary>
    public Stream Stream { get; }

    /// <summary>Finishes the file and gives it its name.</summary>
    public FileRecord Complete(bool flushToDisk)
    {
        if (Stream != _hashing)
        {
            Stream.Dispose();
        }

        if (_hashing.Written == 0 && Path.GetExtension(_path) == ".gz")
        {
            _hashing.Write(CompressedStream.EmptyGzip);
        }

        _file.Complete(flushToDisk);
        return new FileRecord(Path.GetFileName(_path), _hashing.Written, Convert.ToHexStringLower(_hashing.Hash.GetCurrentHash()));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The compressor's last bytes go to a file that is about to be deleted.
        }

        _file.Dispose();
    }

    private sealed class HashingStream(Stream inner) : Stream
    {
        public XxHash128 Hash { get; } = new();

        public long Written { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Written; set => throw new NotSupportedException(); }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Hash.Append(buffer);
            Written += buffer.Length;
            inner.Write(buffer);
        }
    }
}
