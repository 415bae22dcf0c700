using Microsoft.Extensions.FileSystemGlobbing;

namespace OlmoSharp.Data.Shards;

/// <summary>Turns folders, files and glob patterns into token files with their side-cars.</summary>
internal sealed class ShardLocator
{
    private readonly Dictionary<string, ShardManifest> _manifests = [];
    private readonly Dictionary<string, LocatedShard> _shards = [];

    /// <summary>Finds the shards of every path, in the order of the paths, within a path by name.</summary>
    /// <exception cref="DataException">A path leads nowhere or to something else, a side-car is bad, or a shard it lists is missing or named twice.</exception>
    public static IReadOnlyList<LocatedShard> Locate(IEnumerable<string> paths)
    {
        var locator = new ShardLocator();
        var located = new List<LocatedShard>();
        foreach (string path in paths)
        {
            foreach (string tokenFile in locator.TokenFiles(path))
            {
                var shard = locator.Describe(tokenFile);
                if (!locator._shards.TryAdd(Path.GetFullPath(tokenFile), shard))
                {
                    throw new DataException($"{tokenFile}: named twice among the paths. Name it once; a mixture repeats a source by its repetition.");
                }

                located.Add(shard);
            }
        }

        return located;
    }

    private List<string> TokenFiles(string path)
    {
        if (Directory.Exists(path))
        {
            return TokenFiles(path, Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories));
        }

        if (File.Exists(path))
        {
            return TokenFiles(path, [path]);
        }

        return path.Contains('*', StringComparison.Ordinal)
            ? TokenFiles(path, Matches(path))
            : throw new DataException($"{path}: no such file or folder. Name a folder of token shards, a .npy file, a {ShardManifest.FileSuffix} file, or a pattern with *.");
    }

    private List<string> TokenFiles(string path, IEnumerable<string> files)
    {
        var tokenFiles = new SortedSet<string>(Comparer<string>.Create(ComparePaths));
        bool sideCar = false;
        foreach (string file in files)
        {
            if (file.EndsWith(".npy", StringComparison.Ordinal))
            {
                tokenFiles.Add(file);
            }
            else if (file.EndsWith(ShardManifest.FileSuffix, StringComparison.Ordinal))
            {
                sideCar = true;
                tokenFiles.UnionWith(Manifest(file).Shards.Select(shard => Path.Combine(Path.GetDirectoryName(file) ?? "", shard.File)));
            }
        }

        return tokenFiles.Count > 0 || sideCar
            ? [.. tokenFiles]
            : throw new DataException($"{path}: holds no token shards (.npy files). Write them first, or name another path.");
    }

    private static IEnumerable<string> Matches(string pattern)
    {
        string normal = pattern.Replace('\\', '/');
        int rootEnd = normal.LastIndexOf('/', normal.IndexOf('*', StringComparison.Ordinal));
        string root = rootEnd < 0 ? "." : normal[..(rootEnd + 1)];
        var matcher = new Matcher(StringComparison.Ordinal);
        matcher.AddInclude(normal[(rootEnd + 1)..]);
        return Directory.Exists(root) ? matcher.GetResultsInFullPath(root) : [];
    }

    // The same order on every machine: by bytes, whatever the separator.
    private static int ComparePaths(string? left, string? right) => string.CompareOrdinal(left?.Replace('\\', '/'), right?.Replace('\\', '/'));

    private LocatedShard Describe(string tokenFile)
    {
        string? manifestPath = ShardManifest.PathFor(tokenFile);
        if (manifestPath is null || !File.Exists(manifestPath))
        {
            return new LocatedShard(tokenFile, null, null);
        }

        var manifest = Manifest(manifestPath);
        var entry = manifest.Shards.FirstOrDefault(shard => shard.File == Path.GetFileName(tokenFile))
            ?? throw new DataException($"{tokenFile}: not listed in {manifestPath} beside it. Delete this file if it is left over, or write the shards again.");
        return File.Exists(tokenFile)
            ? new LocatedShard(tokenFile, manifest, entry)
            : throw new DataException($"{tokenFile}: missing, but listed in {manifestPath}. Restore it, or write the shards again.");
    }

    private ShardManifest Manifest(string path)
    {
        if (!_manifests.TryGetValue(path, out var manifest))
        {
            _manifests.Add(path, manifest = ShardManifest.Load(path));
        }

        return manifest;
    }
}
