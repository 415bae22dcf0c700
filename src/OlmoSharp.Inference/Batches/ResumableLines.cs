using System.Text;

namespace OlmoSharp.Inference.Batches;

/// <summary>
/// A file of lines that appears under its name when it is whole. Until then its lines are in a sibling <c>….partial</c>, which begins with a line that says what they are of; after a kill
/// the next run goes on behind the last whole line. While one run writes, another is refused.
/// </summary>
internal sealed class ResumableLines : IDisposable
{
    private readonly string _path;
    private readonly string _partialPath;
    private readonly int _headerLength;
    private readonly FileStream _partial;

    /// <summary>Starts or goes on.</summary>
    /// <param name="path">The file; it must not exist.</param>
    /// <param name="header">A line that differs where the lines would.</param>
    /// <exception cref="InferenceException">The file exists, or the sibling is of something else or in use.</exception>
    public ResumableLines(string path, string header)
    {
        (_path, _partialPath) = (path, path + ".partial");
        if (File.Exists(path))
        {
            throw new InferenceException($"{path}: the file exists already; remove it, or choose another output");
        }

        var start = Encoding.UTF8.GetBytes(header + "\n");
        _headerLength = start.Length;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            _partial = new FileStream(_partialPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InferenceException($"{_partialPath}: the file cannot be opened ({exception.Message}); does another run write it?", exception);
        }

        try
        {
            Resume(start);
        }
        catch
        {
            _partial.Dispose();
            throw;
        }
    }

    /// <summary>Whole lines there are.</summary>
    public int Count { get; private set; }

    /// <summary>Appends a line; it is with the operating system when this returns.</summary>
    public void Append(string line)
    {
        _partial.Write(Encoding.UTF8.GetBytes(line + "\n"));
        _partial.Flush();
        Count++;
    }

    /// <summary>Gives the file its name.</summary>
    public void Complete()
    {
        var temporary = $"{_path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var whole = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                _partial.Position = _headerLength;
                _partial.CopyTo(whole);
                whole.Flush(flushToDisk: true);
            }

            File.Move(temporary, _path);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        _partial.Dispose();
        File.Delete(_partialPath);
    }

    /// <inheritdoc/>
    public void Dispose() => _partial.Dispose();

    /// <summary>Checks the header, counts whole lines and cuts off a broken one.</summary>
    private void Resume(ReadOnlySpan<byte> header)
    {
        var found = new byte[header.Length];
        var length = _partial.ReadAtLeast(found, found.Length, throwOnEndOfStream: false);
        if (length < header.Length && header.StartsWith(found.AsSpan(0, length)))
        {
            // Killed within the header, or new.
            _partial.SetLength(0);
            _partial.Write(header);
            _partial.Flush();
            return;
        }

        if (!header.SequenceEqual(found))
        {
            throw new InferenceException($"{_partialPath}: it was begun with another input, model or options; remove it, or choose another output");
        }

        var (end, position) = ((long)header.Length, (long)header.Length);
        var buffer = new byte[1 << 16];
        for (int read; (read = _partial.Read(buffer)) > 0; position += read)
        {
            for (var i = 0; i < read; i++)
            {
                if (buffer[i] == '\n')
                {
                    end = position + i + 1;
                    Count++;
                }
            }
        }

        _partial.SetLength(end);
        _partial.Position = end;
    }
}
