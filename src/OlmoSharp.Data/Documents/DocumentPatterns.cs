using Microsoft.Extensions.FileSystemGlobbing;
using Microsoft.Extensions.FileSystemGlobbing.Abstractions;

namespace OlmoSharp.Data.Documents;

/// <summary>Finds the files that a config's paths mean: a file, a folder with all its files, or a pattern with <c>*</c>, <c>?</c> and <c>**</c>.</summary>
public static class DocumentPatterns
{
    private static readonly string[] Extensions = [".jsonl", ".json", ".jsonl.gz", ".json.gz", ".jsonl.zst", ".json.zst", ".parquet"];

    /// <summary>Finds the files of all patterns, in ordinal order, each once. Names and folders that begin with a dot are passed over.</summary>
    /// <param name="patterns">Paths and patterns.</param>
    /// <exception cref="DataException">A pattern means no file.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> patterns) =>
        [.. patterns.SelectMany(ExpandOne).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The folder to which the files that a pattern means are relative: the folder itself, or what stands before the first wildcard, or a file's folder.</summary>
    /// <param name="pattern">A path or pattern.</param>
    public static string RootOf(string pattern)
    {
        var path = pattern.Replace('\\', '/');
        var parts = path.Split('/');
        var wild = Array.FindIndex(parts, part => part.AsSpan().ContainsAny('*', '?'));
        return wild >= 0 && !File.Exists(path) ? Root(parts, wild) : Directory.Exists(path) ? path : Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : ".";
    }

    private static IEnumerable<string> ExpandOne(string pattern)
    {
        var path = pattern.Replace('\\', '/');
        if (path.Contains("://", StringComparison.Ordinal))
        {
            throw new DataException($"{pattern}: only files of this machine can be read. Fetch them first.");
        }

        if (File.Exists(path))
        {
            return [path];
        }

        var found = Directory.Exists(path) ? FilesBelow(path).Where(IsDocuments).ToList() : Match(path);
        return found.Count > 0 ? found : throw new DataException($"{pattern}: there are no documents here. Expected files such as *.jsonl.gz.");
    }

    private static List<string> Match(string pattern)
    {
        var parts = pattern.Split('/');
        var wild = Array.FindIndex(parts, part => part.AsSpan().ContainsAny('*', '?'));
        if (wild < 0)
        {
            return [];
        }

        var root = Root(parts, wild);
        if (!Directory.Exists(root))
        {
            return [];
        }

        // The matcher knows no "?"; it gives a superset, which the expression of the pattern cuts down.
        var rest = string.Join('/', parts[wild..]);
        var matcher = new Matcher(StringComparison.Ordinal).AddInclude(rest.Replace('?', '*'));
        var exact = new System.Text.RegularExpressions.Regex(Expression(rest), System.Text.RegularExpressions.RegexOptions.CultureInvariant);
        return [.. matcher.Execute(new DirectoryInfoWrapper(new DirectoryInfo(root))).Files
            .Where(file => exact.IsMatch(file.Path) && !file.Path.Split('/').Any(part => part.StartsWith('.')))
            .Select(file => wild == 0 ? file.Path : $"{(root == "/" ? "" : root)}/{file.Path}")];
    }

    private static string Root(string[] parts, int wild) => wild == 0 ? "." : string.Join('/', parts[..wild]) is var root && root == "" ? "/" : root;

    private static string Expression(string pattern) =>
        "^" + System.Text.RegularExpressions.Regex.Escape(pattern)
            .Replace("\\*\\*/", "(?:[^/]+/)*", StringComparison.Ordinal)
            .Replace("\\*\\*", ".*", StringComparison.Ordinal)
            .Replace("\\*", "[^/]*", StringComparison.Ordinal)
            .Replace("\\?", "[^/]", StringComparison.Ordinal) + "$";

    private static IEnumerable<string> FilesBelow(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => file.Replace('\\', '/'))
            .Where(file => !Path.GetRelativePath(folder, file).Replace('\\', '/').Split('/').Any(part => part.StartsWith('.')));

    private static bool IsDocuments(string path) => Extensions.Any(extension => path.EndsWith(extension, StringComparison.Ordinal));
}
