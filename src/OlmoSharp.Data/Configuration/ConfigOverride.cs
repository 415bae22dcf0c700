namespace OlmoSharp.Data.Configuration;

/// <summary>Applies <c>key.path=value</c> to a parsed config.</summary>
internal static class ConfigOverride
{
    /// <summary>Returns the config with the value at the path replaced or added. On a problem, notes it and returns the config as it was.</summary>
    public static ConfigNode Apply(ConfigNode root, string assignment, List<ConfigProblem> problems)
    {
        var place = new ConfigPlace($"--set {assignment}", 0, 0);
        var split = assignment.IndexOf('=', StringComparison.Ordinal);
        if (split < 0 || ConfigPath.Split(assignment[..split].Trim()) is not { } steps)
        {
            problems.Add(new ConfigProblem(place, "", "write key=value, such as optimizer.learning_rate=1e-3 or sources[0].weight=2"));
            return root;
        }

        var parseProblems = new List<ConfigProblem>();
        var value = ConfigParser.ParseOverride(assignment[(split + 1)..], place, parseProblems);
        problems.AddRange(parseProblems);
        if (value is null)
        {
            return root;
        }

        try
        {
            return Replace(root, steps, 0, "", value);
        }
        catch (ConfigException e)
        {
            problems.AddRange(e.Problems);
            return root;
        }
    }

    private static ConfigNode Replace(ConfigNode? node, IReadOnlyList<object> steps, int depth, string path, ConfigNode value)
    {
        if (depth == steps.Count)
        {
            return value;
        }

        return (steps[depth], node) switch
        {
            (string key, ConfigNode.Mapping mapping) => mapping with { Entries = ReplaceEntry(mapping, key) },
            (string key, null or { IsNull: true }) => new ConfigNode.Mapping(value.Place, ReplaceEntry(new ConfigNode.Mapping(value.Place, []), key)),
            (int index, ConfigNode.Sequence list) when index < list.Items.Count => list with
            {
                Items =
                [
                    .. list.Items.Take(index),
                    Replace(list.Items[index], steps, depth + 1, ConfigPath.Index(path, index), value),
                    .. list.Items.Skip(index + 1),
                ],
            },
            (int index, ConfigNode.Sequence list) => throw Problem($"has {list.Items.Count} items, so no [{index}]; set the whole list to lengthen it"),
            (int, _) => throw Problem("is not a list in the file; set the whole list"),
            _ => throw Problem($"is {node!.Kind}, so it has no keys"),
        };

        List<ConfigNode.Entry> ReplaceEntry(ConfigNode.Mapping mapping, string key)
        {
            var old = mapping.Find(key);
            var changed = new ConfigNode.Entry(
                key, old?.Place ?? value.Place, Replace(old?.Value, steps, depth + 1, ConfigPath.Key(path, key), value));
            return old is null
                ? [.. mapping.Entries, changed]
                : [.. mapping.Entries.Select(entry => entry == old ? changed : entry)];
        }

        ConfigException Problem(string message) => new(value.Place.Source, [new ConfigProblem(value.Place, path, message)]);
    }
}
