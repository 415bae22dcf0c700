using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;

namespace OlmoSharp.Data.Deduplication.Substrings;

/// <summary>A file of numbers that is read at random: the operating system keeps in memory what it can.</summary>
internal sealed unsafe class MappedItems<T> : IDisposable
    where T : unmanaged
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _bytes;
    private readonly int _count;

    /// <exception cref="DataException">The file cannot be read.</exception>
    public MappedItems(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            _count = checked((int)(length / Unsafe.SizeOf<T>()));
            if (length > 0)
            {
                _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
                _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
                _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _bytes);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: an intermediate file cannot be read: {error.Message}. Delete its folder and run the job again.", error);
        }
    }

    /// <summary>The items.</summary>
    public ReadOnlySpan<T> Span => new(_bytes, _count);

    public void Dispose()
    {
        if (_view is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
        }

        _file?.Dispose();
    }
}
