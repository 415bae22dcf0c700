namespace OlmoSharp.Data.Documents;

/// <summary>A folder that appears whole or not at all: it is written beside its final name, flushed to disk, and renamed.</summary>
public static class AtomicFolder
{
    /// <summary>Begins the names of folders that are not whole.</summary>
    public const string TemporaryPrefix = ".writing-";

    /// <summary>Writes a folder.</summary>
    /// <param name="path">Its final name; nothing may be there.</param>
    /// <param name="write">Fills the folder whose path it is given. If it throws, nothing remains.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static void Write(string path, Action<string> write)
    {
        var final = Path.GetFullPath(path);
        var temporary = Path.Combine(Path.GetDirectoryName(final)!, TemporaryPrefix + Path.GetFileName(final));
        try
        {
            RemoveIfThere(temporary);
            Directory.CreateDirectory(temporary);
            write(temporary);
            foreach (var file in Directory.EnumerateFiles(temporary, "*", SearchOption.AllDirectories))
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
                stream.Flush(flushToDisk: true);
            }

            Directory.Move(temporary, final);
        }
        catch
        {
            RemoveIfThere(temporary);
            throw;
        }
    }

    private static void RemoveIfThere(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
