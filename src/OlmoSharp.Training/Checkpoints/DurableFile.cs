namespace OlmoSharp.Training.Checkpoints;

/// <summary>Writes small files so that a crash leaves either the old content or the new.</summary>
internal static class DurableFile
{
    /// <summary>Writes beside the final name, flushes to disk, renames.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".tmp";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Flushes a file that others wrote.</summary>
    public static void Flush(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }
}
