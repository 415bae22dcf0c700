using System.Security.Cryptography;
using System.Text.Json;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Training.Checkpoints;

/// <summary>SHA-256 of every file of a checkpoint, so that a damaged one is noticed before anything is built on it.</summary>
internal static class CheckpointManifest
{
    /// <summary>The manifest's place in a checkpoint.</summary>
    public static readonly string File = Path.Combine(Checkpoint.TrainingFolder, "manifest.json");

    /// <summary>Writes the manifest of the files now in a folder.</summary>
    public static void Write(string folder)
    {
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            hashes[Path.GetRelativePath(folder, file).Replace('\\', '/')] = Hash(file);
        }

        AtomicFile.WriteAllBytes(Path.Combine(folder, File), JsonSerializer.SerializeToUtf8Bytes(hashes, TrainingJson.Options));
    }

    /// <summary>Checks every file against the manifest.</summary>
    /// <exception cref="TrainingException">A file is missing or its content is not what was written.</exception>
    public static void Verify(string folder)
    {
        var path = Path.Combine(folder, File);
        Dictionary<string, string>? hashes;
        try
        {
            hashes = JsonSerializer.Deserialize<Dictionary<string, string>>(System.IO.File.ReadAllBytes(path), TrainingJson.Options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw Damaged(folder, $"{path}: cannot be read: {e.Message}", e);
        }

        if (hashes is null or { Count: 0 })
        {
            throw Damaged(folder, $"{path}: lists no files");
        }

        foreach (var (name, expected) in hashes)
        {
            var file = Path.Combine(folder, name);
            if (!System.IO.File.Exists(file))
            {
                throw Damaged(folder, $"{file}: is missing, but {path} lists it");
            }

            if (Hash(file) != expected)
            {
                throw Damaged(folder, $"{file}: its content is not what was written (SHA-256 differs from {path})");
            }
        }
    }

    private static string Hash(string file)
    {
        using var stream = System.IO.File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static TrainingException Damaged(string folder, string problem, Exception? inner = null)
        => new($"{problem}; restore it from a copy, or delete the folder '{folder}' to go on from the checkpoint before it", inner);
}
