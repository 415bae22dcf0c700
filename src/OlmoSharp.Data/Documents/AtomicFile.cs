namespace OlmoSharp.Data.Documents;

/// <summary>
/// A file under construction: written to a temporary sibling, which takes the final name only in <see cref="Complete"/>.
/// Without that call, disposal deletes the sibling and the final name stays as it was.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporaryPath;
    private bool _completed;

    public AtomicFile(string path)
    {
        _path = Path.GetFullPath(path);
        _temporaryPath = _path + ".tmp";
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        Stream = new FileStream(_temporaryPath, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
    }

    /// <summary>Where to write.</summary>
    public FileStream Stream { get; }

    /// <summary>Flushes to the disk and gives the file its final name, replacing a file of that name.</summary>
    public void Complete()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_temporaryPath, _path, overwrite: true);
        _completed = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_completed)
        {
            return;
        }

        _completed = true;
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // A full disk refuses the last bytes of a file that is about to be deleted.
        }

        File.Delete(_temporaryPath);
    }
}
