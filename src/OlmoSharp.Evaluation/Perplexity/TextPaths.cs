using OlmoSharp.Data;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Evaluation.Perplexity;

/// <summary>The files that a user's path means, and what they are by their names.</summary>
internal static class TextPaths
{
    private const string PlainText = ".txt";
    private const string Shard = ".npy";
    private const string Offsets = ".csv.gz";
    private static readonly string[] Rows = [".jsonl", ".ndjson", ".json", ".csv", ".parquet"];
    private static readonly string[] Compressions = [".gz", ".zst"];

    /// <summary>Whether a file holds rows with a text each; else it is one text.</summary>
    public static bool HoldsRows(string file) => Array.Exists(Rows, extension => Is(file, extension));

    /// <summary>Whether a file is a table with a line of names.</summary>
    public static bool IsCsv(string file) => Is(file, ".csv");

    /// <summary>Whether a path leads to token shards: a shard, a side-car, or a folder with shards in it.</summary>
    public static bool AreShards(string path) => path.EndsWith(Shard, StringComparison.Ordinal) || path.EndsWith(OlmoSharp.Data.Shards.ShardManifest.FileSuffix, StringComparison.Ordinal)
        || (Directory.Exists(path) && Directory.EnumerateFiles(path, "*" + Shard, SearchOption.AllDirectories).Any());

    /// <summary>The files of a folder that hold rows or plain text, in ordinal order; what belongs to token shards is none of them.</summary>
    public static IReadOnlyList<string> Below(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(folder, file).Split('/', '\\').Any(part => part.StartsWith('.')))
            .Where(file => (HoldsRows(file) && !IsOfShards(file)) || file.EndsWith(PlainText, StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The files of a path: itself, or those of a folder that hold rows or plain text, or those that a pattern means.</summary>
    /// <exception cref="EvaluationException">There are none.</exception>
    public static IReadOnlyList<string> Files(string path)
    {
        if (File.Exists(path))
        {
            return [path];
        }

        try
        {
            var files = Directory.Exists(path) ? Below(path) : DocumentPatterns.Expand([path]);
            return files.Count > 0 ? files : throw new EvaluationException($"{path}: there are no texts here; expected files such as *.jsonl.gz, *.parquet, *.txt or *.npy");
        }
        catch (DataException error)
        {
            throw new EvaluationException(error.Message, error);
        }
    }

    /// <summary>What a path is called: a folder's or a file's name without extensions.</summary>
    public static string NameOf(string path)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        return Directory.Exists(path) ? name : Stem(name);
    }

    /// <summary>A file's name without the extensions that say what it is.</summary>
    public static string Stem(string file)
    {
        string[] all = [OlmoSharp.Data.Shards.ShardManifest.FileSuffix, .. Compressions, .. Rows, PlainText, Shard];
        foreach (var extension in all)
        {
            file = file.EndsWith(extension, StringComparison.OrdinalIgnoreCase) && file.Length > extension.Length ? file[..^extension.Length] : file;
        }

        return file;
    }

    private static bool Is(string file, string extension) => file.EndsWith(extension, StringComparison.OrdinalIgnoreCase)
        || Array.Exists(Compressions, compression => file.EndsWith(extension + compression, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a file only says something of token shards: their side-car, or a shard's offsets.</summary>
    private static bool IsOfShards(string file) =>
        file.EndsWith(OlmoSharp.Data.Shards.ShardManifest.FileSuffix, StringComparison.Ordinal) || (file.EndsWith(Offsets, StringComparison.Ordinal) && File.Exists(file[..^Offsets.Length] + Shard));
}
