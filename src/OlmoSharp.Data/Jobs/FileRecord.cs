namespace OlmoSharp.Data.Jobs;

/// <summary>A file as a manifest knows it.</summary>
/// <param name="Name">The file's name, without its folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Hash">Its XXH128 hash, in hexadecimal digits.</param>
public sealed record FileRecord(string Name, long Bytes, string Hash)
{
    /// <summary>Hashes a file.</summary>
    /// <exception cref="DataException">It cannot be read.</exception>
    internal static FileRecord Of(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            var hash = new System.IO.Hashing.XxHash128();
            hash.Append(stream);
            return new FileRecord(Path.GetFileName(path), stream.Length, Convert.ToHexStringLower(hash.GetCurrentHash()));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read: {error.Message}", error);
        }
    }
}
