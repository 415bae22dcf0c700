using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Evaluation.Datasets;

/// <summary>A file that says where splits lie, for those that no rule finds: <c>data.yaml</c> of a data folder, or one given with <c>--data-map</c>.</summary>
internal sealed record DataMap
{
    /// <summary>The name of the map that a data folder may have.</summary>
    public const string FileName = "data.yaml";

    /// <summary>For <c>NAME/SPLIT</c> or <c>NAME/CONFIG/SPLIT</c> of a dataset, the files that hold the split, relative to the map.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Files { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Reads a map.</summary>
    /// <exception cref="ConfigException">It cannot be read.</exception>
    public static DataMap Read(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return new DataMap
        {
            Files = ConfigReader.Read<DataMap>(path).Files.ToDictionary(
                pair => pair.Key, IReadOnlyList<string> (pair) => [.. pair.Value.Select(file => Path.GetFullPath(file, folder))]),
        };
    }
}
