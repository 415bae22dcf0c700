using Microsoft.Win32.SafeHandles;

namespace OlmoSharp.Data.Deduplication.Keys;

/// <summary>Reads a file that an earlier pass of the same job wrote.</summary>
internal sealed class IntermediateFile : IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle _file;

    /// <exception cref="DataException">The file is not there or cannot be read.</exception>
    public IntermediateFile(string path)
    {
        _path = path;
        try
        {
            _file = File.OpenHandle(path);
            Length = RandomAccess.GetLength(_file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Broken(error.Message, error);
        }
    }

    public long Length { get; }

    /// <summary>Reads as many bytes as the span has.</summary>
    /// <exception cref="DataException">They are not there.</exception>
    public void Read(Span<byte> bytes, long offset)
    {
        while (bytes.Length > 0)
        {
            var read = ReadSome(bytes, offset);
            if (read == 0)
            {
                throw Broken("it ends too early");
            }

            bytes = bytes[read..];
            offset += read;
        }
    }

    /// <summary>Reads up to as many bytes as the span has; none at the end.</summary>
    public int ReadSome(Span<byte> bytes, long offset)
    {
        try
        {
            return offset < 0 ? 0 : RandomAccess.Read(_file, bytes, offset);
        }
        catch (IOException error)
        {
            throw Broken(error.Message, error);
        }
    }

    /// <summary>The error of a file that is not as the job left it.</summary>
    public DataException Broken(string reason, Exception? inner = null) =>
        new($"{_path}: an intermediate file cannot be read: {reason}. Delete its folder and run the job again.", inner);

    public void Dispose() => _file.Dispose();
}
