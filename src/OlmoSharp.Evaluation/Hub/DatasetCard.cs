using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace OlmoSharp.Evaluation.Hub;

/// <summary>What a dataset's <c>README.md</c> says of its configurations: the <c>configs</c> of the YAML at its beginning.</summary>
/// <param name="Configs">The configurations.</param>
internal sealed record DatasetCard(IReadOnlyList<DatasetCard.Configuration> Configs)
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "README.md";

    /// <summary>Reads a card; one without such a beginning, or with a damaged one, has no configurations.</summary>
    /// <param name="text">The file.</param>
    public static DatasetCard Read(string text)
    {
        text = text.TrimStart('\uFEFF').ReplaceLineEndings("\n");
        var end = text.StartsWith("---\n", StringComparison.Ordinal) ? text.IndexOf("\n---", 3, StringComparison.Ordinal) : -1;
        if (end < 0)
        {
            return new([]);
        }

        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text[4..Math.Max(4, end)]));
            var root = stream.Documents.Count > 0 ? stream.Documents[0].RootNode : null;
            return new([.. Items(Find(root, "configs")).Select(Read)]);
        }
        catch (YamlException)
        {
            // The hub itself goes by the files' names then.
            return new([]);
        }
    }

    private static Configuration Read(YamlNode node)
    {
        var folder = Text(Find(node, "data_dir"));
        List<(string, string)> files = [];
        foreach (var entry in Items(Find(node, "data_files")))
        {
            // Without splits, all is the split "train".
            var (split, paths) = entry is YamlScalarNode ? ("train", entry) : (Text(Find(entry, "split")) ?? "train", Find(entry, "path"));
            files.AddRange(Items(paths).Select(path => (split, (folder is { Length: > 0 } ? folder.TrimEnd('/') + "/" : "") + Text(path))));
        }

        return new(Text(Find(node, "config_name")) ?? "default", Text(Find(node, "default")) is "true" or "True", files);
    }

    private static YamlNode? Find(YamlNode? node, string key) =>
        node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    private static IEnumerable<YamlNode> Items(YamlNode? node) => node switch { null => [], YamlSequenceNode list => list.Children, _ => [node] };

    private static string? Text(YamlNode? node) => (node as YamlScalarNode)?.Value;

    /// <summary>A configuration.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="IsDefault">Whether it is the one that counts where none is named.</param>
    /// <param name="Files">For each split, patterns of paths.</param>
    internal sealed record Configuration(string Name, bool IsDefault, IReadOnlyList<(string Split, string Pattern)> Files);
}
