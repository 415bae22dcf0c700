using System.IO.MemoryMappedFiles;

namespace OlmoSharp.Inference.Native;

/// <summary>A file whose bytes are read where they are, by the operating system's page cache. Nobody may shorten it meanwhile: the system ends a process that reads past the end.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly string _path;
    private readonly long _length;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _data;

    /// <summary>Maps a file.</summary>
    /// <exception cref="InferenceException">It cannot be.</exception>
    public MappedFile(string path)
    {
        _path = path;
        try
        {
            using var stream = File.OpenRead(path);
            _length = stream.Length;
            _map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _data);
            _data += _view.PointerOffset;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            _map?.Dispose();
            throw new InferenceException($"{path}: cannot be mapped into memory: {e.Message}", e);
        }
    }

    /// <summary>The bytes of a tensor.</summary>
    /// <exception cref="InferenceException">The file ends before them.</exception>
    public byte* Bytes(string name, long offset, long bytes)
        => offset >= 0 && bytes >= 0 && offset <= _length && bytes <= _length - offset
            ? _data + offset
            : throw new InferenceException($"{_path}: ends before the data of '{name}'; copy it again from its source");

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }
}
