namespace OlmoSharp.Data.Documents;

/// <summary>
/// A file under construction: written to a temporary sibling, which takes the final name only in <see cref="Complete"/>.
/// Without that call, disposal deletes the sibling and the final name stays as it was.
/// </summary>
public sealed class AtomicFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporaryPath;
    private bool _completed;

    /// <summary>Starts the sibling, in a folder that is made if need be.</summary>
    /// <param name="path">The final name.</param>
    public AtomicFile(string path)
    {
        _path = Path.GetFullPath(path);
        _temporaryPath = _path + ".tmp";
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        Stream = new FileStream(_temporaryPath, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
    }

    /// <summary>Writes a whole file.</summary>
    /// <param name="path">The final name.</param>
    /// <param name="content">Its bytes.</param>
    /// <exception cref="IOException">The disk refuses; the file stays as it was.</exception>
    public static void WriteAllBytes(string path, ReadOnlySpan<byte> content)
    {
        using var file = new AtomicFile(path);
        file.Stream.Write(content);
        file.Complete();
    }

    /// <summary>Writes a whole file as UTF-8 text.</summary>
    /// <param name="path">The final name.</param>
    /// <param name="content">Its text.</param>
    /// <exception cref="IOException">The disk refuses; the file stays as it was.</exception>
    public static void WriteAllText(string path, string content) => WriteAllBytes(path, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>Where to write.</summary>
    public FileStream Stream { get; }

    /// <summary>Flushes to the disk and gives the file its final name, replacing a file of that name.</summary>
    /// <param name="flushToDisk">False for a file whose content is checked before it is used, so that a loss of power costs no more than to make it again.</param>
    public void Complete(bool flushToDisk = true)
    {
        Stream.Flush(flushToDisk);
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
