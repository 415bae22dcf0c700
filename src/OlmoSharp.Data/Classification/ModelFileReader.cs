using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Classification;

/// <summary>Reads the numbers of a model file. Nothing is allocated that the file is too short to hold.</summary>
internal sealed class ModelFileReader : IDisposable
{
    private readonly string _path;
    private readonly FileStream _file;

    /// <exception cref="DataException">The file cannot be opened.</exception>
    public ModelFileReader(string path)
    {
        _path = path;
        try
        {
            _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>The next byte to read.</summary>
    public long Position => _file.Position;

    /// <summary>Bytes left.</summary>
    public long Remaining => _file.Length - _file.Position;

    /// <summary>Reads a number.</summary>
    /// <param name="what">What it is, for messages.</param>
    public T Read<T>(string what)
        where T : unmanaged
    {
        var value = default(T);
        Fill(MemoryMarshal.AsBytes(new Span<T>(ref value)), what);
        return value;
    }

    /// <summary>Reads true or false.</summary>
    public bool ReadFlag(string what) => Read<byte>(what) switch
    {
        0 => false,
        1 => true,
        var other => throw Damaged($"{what} is {other}, not 0 or 1"),
    };

    /// <summary>Reads a number that must be in a range.</summary>
    public int ReadCount(string what, int least, int most) =>
        Read<int>(what) is var value && value >= least && value <= most ? value : throw Damaged($"{what} is {value}");

    /// <summary>Reads numbers.</summary>
    /// <param name="what">What they are, for messages.</param>
    /// <param name="count">How many.</param>
    public T[] ReadMany<T>(string what, long count)
        where T : unmanaged
    {
        var size = Marshal.SizeOf<T>();
        if (count < 0 || count > Remaining / size)
        {
            throw Damaged($"{what} would take {count} × {size} bytes, but {Remaining} are left");
        }

        if (count > Array.MaxLength)
        {
            throw new DataException($"{_path}: {what} has {count} numbers; at most {Array.MaxLength} can be read. Use a smaller model, such as a quantized one.");
        }

        var values = new T[count];
        foreach (var part in Parts(values.Length))
        {
            Fill(MemoryMarshal.AsBytes(values.AsSpan(part)), what);
        }

        return values;
    }

    /// <summary>Reads bytes up to a zero, which is passed over.</summary>
    public void ReadText(string what, List<byte> text)
    {
        while (true)
        {
            switch (_file.ReadByte())
            {
                case < 0:
                    throw Damaged($"it ends within {what}");
                case 0:
                    return;
                case var value:
                    text.Add((byte)value);
                    break;
            }
        }
    }

    /// <summary>The XXH128 of the first bytes of the file.</summary>
    public UInt128 HashOf(long bytes)
    {
        var hash = new System.IO.Hashing.XxHash128();
        var buffer = new byte[1 << 16];
        _file.Position = 0;
        while (bytes > 0)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(bytes, buffer.Length));
            Fill(part, "the model");
            hash.Append(part);
            bytes -= part.Length;
        }

        return hash.GetCurrentHashAsUInt128();
    }

    /// <summary>The error of a file that is not what it should be.</summary>
    public DataException Damaged(string reason) =>
        new($"{_path}: the model is damaged or truncated (byte {Position}: {reason}). Fetch or make it again.");

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // A span of bytes ends at 2 GB, which a matrix may exceed.
    private static IEnumerable<Range> Parts(int count)
    {
        const int partLength = 1 << 24;
        for (var start = 0L; start < count; start += partLength)
        {
            yield return (int)start..(int)Math.Min(count, start + partLength);
        }
    }

    private void Fill(Span<byte> bytes, string what)
    {
        try
        {
            if (_file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            {
                throw Damaged($"it ends within {what}");
            }
        }
        catch (IOException error)
        {
            throw new DataException($"{_path}: cannot be read: {error.Message}", error);
        }
    }
}
