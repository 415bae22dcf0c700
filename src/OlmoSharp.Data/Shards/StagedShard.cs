using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace OlmoSharp.Data.Shards;

/// <summary>One shard while it is written, under temporary names beside its final ones.</summary>
internal sealed class StagedShard : IDisposable
{
    public const string TemporarySuffix = ".tmp";

    private readonly byte[] _buffer = new byte[1 << 18];
    private readonly int _tokenSize;
    private readonly FileStream _tokens;
    private readonly FileStream _compressed;
    private readonly StreamWriter _rows;
    private readonly XxHash128 _tokensHash = new();
    private int _buffered;
    private long _documentCount;
    private long _utf8ByteCount;

    public StagedShard(string tokenFile, TokenType type)
    {
        TokenFile = tokenFile;
        _tokenSize = type.SizeInBytes();
        _tokens = Create(tokenFile);
        _compressed = Create(ShardManifest.DocumentsPathFor(tokenFile));
        _rows = new StreamWriter(new GZipStream(_compressed, CompressionLevel.Optimal, leaveOpen: true), new UTF8Encoding(false)) { NewLine = "\n" };
    }

    /// <summary>The final path of the token file.</summary>
    public string TokenFile { get; }

    public long TokenCount { get; private set; }

    public void Append(string id, string sourceFile, long line, ReadOnlySpan<int> tokens, int endOfTextId, long utf8ByteCount)
    {
        long start = TokenCount;
        foreach (int token in tokens)
        {
            AppendToken(token);
        }

        AppendToken(endOfTextId);
        TokenCount += tokens.Length + 1;
        _documentCount++;
        _utf8ByteCount += utf8ByteCount;
        _rows.WriteLine(Row(start, TokenCount, id, sourceFile, line));
    }

    /// <summary>Brings both files to the disk, still under their temporary names.</summary>
    public ShardEntry Finish()
    {
        FlushBuffer();
        _tokens.Flush(flushToDisk: true);
        _tokens.Dispose();
        _rows.Dispose();
        _compressed.Flush(flushToDisk: true);
        _compressed.Dispose();
        return new ShardEntry
        {
            File = Path.GetFileName(TokenFile),
            TokenCount = TokenCount,
            DocumentCount = _documentCount,
            Utf8ByteCount = _utf8ByteCount,
            TokensXxHash128 = ShardHash.Of(_tokensHash),
            DocumentsXxHash128 = ShardHash.OfFile(_compressed.Name),
        };
    }

    /// <summary>A document's row of the offsets file, without the line's end.</summary>
    public static string Row(long start, long end, string id, string sourceFile, long line) =>
        string.Create(CultureInfo.InvariantCulture, $"{start},{end},{Field(id)},{Field(sourceFile)},{line}");

    /// <summary>Closes the files of an abandoned shard.</summary>
    public void Dispose()
    {
        _tokens.Dispose();
        try
        {
            _rows.Dispose();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Closing flushes what is left, which fails again on a full disk; the file is about to be deleted.
        }

        _compressed.Dispose();
    }

    private static FileStream Create(string path) =>
        new(path + TemporarySuffix, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);

    // Readers of these files commonly split rows at commas and lines, so only what must be quoted is.
    private static string Field(string value) =>
        value.AsSpan().ContainsAny(',', '"') ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;

    private void AppendToken(int token)
    {
        if (_buffered == _buffer.Length)
        {
            FlushBuffer();
        }

        if (_tokenSize == sizeof(ushort))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(_buffered), (ushort)token);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(_buffered), (uint)token);
        }

        _buffered += _tokenSize;
    }

    private void FlushBuffer()
    {
        var bytes = _buffer.AsSpan(0, _buffered);
        _tokensHash.Append(bytes);
        _tokens.Write(bytes);
        _buffered = 0;
    }
}
