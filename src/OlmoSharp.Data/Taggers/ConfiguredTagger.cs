using System.Globalization;
using System.Reflection;
using System.Text;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Data.Taggers;

/// <summary>A tagger with its parameters, ready to run.</summary>
public sealed class ConfiguredTagger
{
    private readonly Func<ITagger> _make;

    internal ConfiguredTagger(TaggerDescription description, string? name, object? parameters)
    {
        Name = name ?? description.Name;
        _make = description.Load(parameters);
        Settings = $"{description.Name} {description.Version} {Name} {Describe(parameters)}";
    }

    /// <summary>Its name in attributes: the tagger's own, unless the config gives another.</summary>
    public string Name { get; }

    /// <summary>Everything about the tagger that decides the attributes, the content of its files included.</summary>
    public string Settings { get; }

    /// <summary>Makes one for a thread.</summary>
    public ITagger Make() => _make();

    private static string Describe(object? parameters)
    {
        var text = new StringBuilder();
        foreach (var property in parameters?.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance) ?? [])
        {
            var value = property.GetValue(parameters);
            text.Append(CultureInfo.InvariantCulture, $"{ConfigPath.NameOf(property.Name)}=");
            text.AppendLine(property.IsDefined(typeof(TaggerFileAttribute)) ? FileValue(value) : ConfigValue(value));
        }

        return text.ToString();
    }

    private static string ConfigValue(object? value) => value is System.Collections.IEnumerable and not string
        ? string.Join(',', ((System.Collections.IEnumerable)value).Cast<object?>().Select(ConfigValue))
        : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static string FileValue(object? value) => value switch
    {
        null => "",
        string path => HashOf(path),
        IEnumerable<string> paths => string.Join(',', paths.Select(HashOf)),
        _ => throw new InvalidOperationException($"a {nameof(TaggerFileAttribute)} is on a parameter of type {value.GetType()}, which is neither a path nor a list of paths"),
    };

    private static string HashOf(string path) => Directory.Exists(path)
        ? string.Join(',', Directory.EnumerateFiles(path).Order(StringComparer.Ordinal).Select(file => FileRecord.Of(file).ToString()))
        : FileRecord.Of(path).Hash;
}
