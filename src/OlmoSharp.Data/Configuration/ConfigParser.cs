using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace OlmoSharp.Data.Configuration;

/// <summary>Turns YAML text (and so JSON too) into nodes, noting every problem that does not stop it.</summary>
internal sealed partial class ConfigParser
{
    // Far deeper than any config; keeps hostile nesting from overflowing the stack.
    private const int DepthLimit = 64;

    private readonly Dictionary<AnchorName, ConfigNode> _anchors = [];
    private readonly Parser _events;
    private readonly Func<Mark, ConfigPlace> _place;
    private readonly List<ConfigProblem> _problems;
    private readonly IReadOnlyDictionary<string, string>? _variables;

    private ConfigParser(string text, Func<Mark, ConfigPlace> place, List<ConfigProblem> problems, IReadOnlyDictionary<string, string>? variables = null)
    {
        _events = new Parser(new StringReader(text));
        _place = place;
        _problems = problems;
        _variables = variables;
    }

    /// <summary>Parses a file's text. An empty text is an empty mapping. Returns null when the text is not well formed.</summary>
    public static ConfigNode? ParseFile(string text, string source, List<ConfigProblem> problems, IReadOnlyDictionary<string, string>? variables = null)
    {
        var start = new ConfigPlace(source, 1, 1);
        return new ConfigParser(text, mark => new ConfigPlace(source, (int)mark.Line, (int)mark.Column), problems, variables).Parse() switch
        {
            { IsNull: true } or null when problems.Count == 0 => new ConfigNode.Mapping(start, []),
            var node => node,
        };
    }

    /// <summary>Parses the value of an override. Every place in it is the override itself.</summary>
    public static ConfigNode? ParseOverride(string text, ConfigPlace place, List<ConfigProblem> problems) =>
        new ConfigParser(text, _ => place, problems).Parse() ?? (problems.Count == 0 ? new ConfigNode.Scalar(place, "", IsPlain: true) : null);

    private ConfigNode? Parse()
    {
        try
        {
            _events.Consume<StreamStart>();
            if (!_events.TryConsume<DocumentStart>(out _))
            {
                return null;
            }

            var node = ParseNode("", DepthLimit);
            _events.Consume<DocumentEnd>();
            if (_events.Accept<DocumentStart>(out var second))
            {
                throw new SemanticErrorException(second.Start, second.End, "a second document starts here; a config is one document");
            }

            return node;
        }
        catch (YamlException e)
        {
            Add(e.Start, "", e.Message);
            return null;
        }
    }

    private ConfigNode ParseNode(string path, int depth)
    {
        if (_events.TryConsume<AnchorAlias>(out var alias))
        {
            return _anchors.TryGetValue(alias.Value, out var shared)
                ? shared
                : throw new SemanticErrorException(alias.Start, alias.End, $"nothing before this is anchored as '&{alias.Value}'");
        }

        var start = _events.Consume<NodeEvent>();
        if (depth == 0)
        {
            throw new SemanticErrorException(start.Start, start.End, $"nested more than {DepthLimit} deep");
        }

        if (!start.Tag.IsEmpty && !start.Tag.IsNonSpecific)
        {
            Add(start.Start, path, $"remove the tag '{start.Tag}': the expected type is known");
        }

        ConfigNode node = start switch
        {
            Scalar scalar => new ConfigNode.Scalar(_place(scalar.Start), WithEnvironment(scalar, path), scalar.Style == ScalarStyle.Plain),
            SequenceStart => new ConfigNode.Sequence(_place(start.Start), ParseItems(path, depth - 1)),
            _ => new ConfigNode.Mapping(_place(start.Start), ParseEntries(path, depth - 1)),
        };
        if (!start.Anchor.IsEmpty)
        {
            _anchors[start.Anchor] = node;
        }

        return node;
    }

    private List<ConfigNode> ParseItems(string path, int depth)
    {
        var items = new List<ConfigNode>();
        while (!_events.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ParseNode(ConfigPath.Index(path, items.Count), depth));
        }

        return items;
    }

    private List<ConfigNode.Entry> ParseEntries(string path, int depth)
    {
        var entries = new Dictionary<string, ConfigNode.Entry>();
        var merged = new List<ConfigNode>();
        while (!_events.TryConsume<MappingEnd>(out _))
        {
            if (!_events.TryConsume<Scalar>(out var key))
            {
                throw new SemanticErrorException(_events.Current!.Start, _events.Current.End, "a key must be a plain name");
            }

            var place = _place(key.Start);
            var keyPath = ConfigPath.Key(path, key.Value);
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
            {
                merged.Add(ParseNode(keyPath, depth));
                continue;
            }

            var entry = new ConfigNode.Entry(key.Value, place, ParseNode(keyPath, depth));
            if (!entries.TryAdd(key.Value, entry))
            {
                _problems.Add(new ConfigProblem(place, keyPath, $"duplicate key, first written at line {entries[key.Value].Place.Line}"));
            }
        }

        foreach (var node in merged.SelectMany(node => node is ConfigNode.Sequence sequence ? sequence.Items : [node]))
        {
            if (node is not ConfigNode.Mapping mapping)
            {
                _problems.Add(new ConfigProblem(node.Place, ConfigPath.Key(path, "<<"), $"expected keys with values to merge, not {node.Kind}"));
                continue;
            }

            // What is written here counts before what is merged, and what is merged first before what comes later.
            foreach (var entry in mapping.Entries)
            {
                entries.TryAdd(entry.Key, entry);
            }
        }

        return [.. entries.Values];
    }

    /// <summary>The value with <c>${oc.env:NAME}</c> and <c>${oc.env:NAME,DEFAULT}</c> replaced, which configs of the Dolma toolkit use for paths.</summary>
    private string WithEnvironment(Scalar scalar, string path) => EnvironmentVariable.Replace(scalar.Value, match =>
    {
        var name = match.Groups["name"].Value;
        var value = _variables?.GetValueOrDefault(name) ?? Environment.GetEnvironmentVariable(name) ?? (match.Groups["default"] is { Success: true } other ? other.Value : null);
        if (value is null)
        {
            Add(scalar.Start, path, $"the environment variable {name} is not set");
        }

        return value ?? "";
    });

    [GeneratedRegex(@"\$\{oc\.env:(?<name>\w+)(,(?<default>[^}]*))?\}", RegexOptions.CultureInvariant)]
    private static partial Regex EnvironmentVariable { get; }

    private void Add(Mark mark, string key, string message) => _problems.Add(new ConfigProblem(_place(mark), key, message));
}
