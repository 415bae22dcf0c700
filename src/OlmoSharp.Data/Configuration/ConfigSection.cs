namespace OlmoSharp.Data.Configuration;

/// <summary>
/// A value of a config whose record is known only later, such as the parameters of a plug-in: it keeps what was written and where, and is bound
/// once the record's type is found.
/// </summary>
public sealed class ConfigSection
{
    private readonly ConfigNode _node;
    private readonly string _path;

    internal ConfigSection(ConfigNode node, string path) => (_node, _path) = (node, path);

    /// <summary>The value as text where it is a single value, else null.</summary>
    public string? Text => (_node as ConfigNode.Scalar)?.Text;

    /// <summary>The keys where the value is a mapping.</summary>
    public IEnumerable<string> Keys => (_node as ConfigNode.Mapping)?.Entries.Select(entry => entry.Key) ?? [];

    /// <summary>A mapping of no keys, for what a program asks for without a config.</summary>
    /// <param name="source">What to call it in messages.</param>
    public static ConfigSection Empty(string source) => new(new ConfigNode.Mapping(new ConfigPlace(source, 0, 0), []), "");

    /// <summary>Takes a key with a single value out of a mapping.</summary>
    /// <param name="key">The key.</param>
    /// <param name="text">Its value; null where the mapping lacks it.</param>
    /// <returns>The mapping without the key.</returns>
    /// <exception cref="ConfigException">This is no mapping, or the key's value is no single value.</exception>
    public ConfigSection Take(string key, out string? text)
    {
        var mapping = _node as ConfigNode.Mapping ?? throw Problem($"expected keys with values, not {_node.Kind}");
        var entry = mapping.Find(key);
        text = entry?.Value switch
        {
            null => null,
            ConfigNode.Scalar { IsNull: false } scalar => scalar.Text,
            var other => throw new ConfigSection(other, ConfigPath.Key(_path, key)).Problem($"expected a text, not {other.Kind}"),
        };
        return entry is null ? this : new ConfigSection(mapping with { Entries = [.. mapping.Entries.Where(other => other != entry)] }, _path);
    }

    /// <summary>Makes the record.</summary>
    /// <param name="type">Its type, as <see cref="ConfigReader"/> reads it.</param>
    /// <exception cref="ConfigException">The value has problems; the message lists all of them with their places.</exception>
    public object Bind(Type type)
    {
        var problems = new List<ConfigProblem>();
        var record = new ConfigBinder(problems).BindRecord(type, _node, _path, null);
        return problems.Count == 0 ? record! : throw new ConfigException(_node.Place.Source, problems);
    }

    /// <summary>An error about this value.</summary>
    /// <param name="message">What is wrong and what is expected.</param>
    public ConfigException Problem(string message) => new(_node.Place.Source, [new ConfigProblem(_node.Place, _path, message)]);
}
