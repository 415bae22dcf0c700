using System.Globalization;
using System.Text;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Warc;

/// <summary>
/// Reads the records of a WARC file (ISO 28500), plain, gzip with a member for each record, or zstd, one at a time. A file whose records do not follow each
/// other as their lengths say is damaged, which is an error that names the byte.
/// </summary>
internal sealed class WarcReader : IDisposable
{
    private const int LongestHeaders = 1 << 20;

    private readonly string _path;
    private readonly int _longestContent;
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private long _offset;
    private long _records;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file; the extension tells the compression.</param>
    /// <param name="longestContent">The most bytes of a record that are kept.</param>
    /// <exception cref="DataException">It cannot be opened.</exception>
    public WarcReader(string path, int longestContent)
    {
        (_path, _longestContent) = (path, longestContent);
        try
        {
            _stream = CompressedStream.OpenRead(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new DataException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads the next record, or gives null at the end of the file.</summary>
    /// <param name="wants">Whether a record's content is wanted, by its headers; others are passed over without being kept.</param>
    /// <exception cref="DataException">The file is damaged or truncated, or a wanted record is longer than may be kept.</exception>
    public WarcRecord? Read(Func<IReadOnlyDictionary<string, string>, bool> wants)
    {
        // Two line ends follow a record; more are harmless.
        while (Peek() is '\r' or '\n')
        {
            Take();
        }

        if (Peek() < 0)
        {
            return null;
        }

        var begin = _offset;
        var headers = ReadHeaders(begin);
        if (!headers.TryGetValue("Content-Length", out var written) || !long.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            throw Damaged(begin, "the record has no Content-Length, or one that is no number");
        }

        var isWanted = wants(headers);
        if (isWanted && length > _longestContent)
        {
            throw new DataException($"{_path}, record at byte {begin} (uncompressed): the record has {length} bytes, more than max_record_bytes ({_longestContent}). Raise it.");
        }

        var content = isWanted ? new byte[length] : [];
        for (var done = 0L; done < length;)
        {
            if (Peek() < 0)
            {
                throw Damaged(begin, $"the file ends {length - done} bytes before the record does");
            }

            var count = (int)Math.Min(_end - _start, length - done);
            if (isWanted)
            {
                _buffer.AsSpan(_start, count).CopyTo(content.AsSpan((int)done));
            }

            Advance(count);
            done += count;
        }

        if (Peek() is not ('\r' or '\n' or < 0))
        {
            throw Damaged(begin, "the record goes on behind its Content-Length");
        }

        return new WarcRecord(++_records, begin, headers, content);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private Dictionary<string, string> ReadHeaders(long begin)
    {
        var left = LongestHeaders;
        var version = ReadLine(begin, ref left);
        if (!version.StartsWith("WARC/", StringComparison.Ordinal))
        {
            throw Damaged(begin, "a record should begin here with WARC/1.0 or WARC/1.1");
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        string? last = null;
        while (ReadLine(begin, ref left) is { Length: > 0 } line)
        {
            if (line[0] is ' ' or '\t' && last is not null)
            {
                headers[last] += " " + line.Trim();
                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                throw Damaged(begin, "the record has a header without a colon");
            }

            last = line[..colon].Trim();
            headers[last] = line[(colon + 1)..].Trim();
        }

        return headers;
    }

    private string ReadLine(long begin, ref int left)
    {
        var line = new List<byte>();
        while (true)
        {
            var next = Take();
            if (next < 0)
            {
                throw Damaged(begin, "the file ends in the headers of the record");
            }

            if (next == '\n')
            {
                break;
            }

            if (--left == 0)
            {
                throw Damaged(begin, "the record's headers are longer than 1 MiB");
            }

            line.Add((byte)next);
        }

        return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
    }

    private int Take()
    {
        var next = Peek();
        if (next >= 0)
        {
            Advance(1);
        }

        return next;
    }

    private void Advance(int count)
    {
        _start += count;
        _offset += count;
    }

    private int Peek()
    {
        if (_start == _end)
        {
            try
            {
                (_start, _end) = (0, _stream.Read(_buffer));
            }
            catch (Exception error) when (CompressedStream.IsDamage(error) || error is IOException)
            {
                throw new DataException($"{_path}, after byte {_offset}: the compressed data is damaged or truncated ({error.Message}). Fetch the file again.", error);
            }
        }

        return _start < _end ? _buffer[_start] : -1;
    }

    private DataException Damaged(long offset, string reason) => new($"{_path}, record at byte {offset} (uncompressed): {reason}. Fetch the file again, or leave it out.");
}
