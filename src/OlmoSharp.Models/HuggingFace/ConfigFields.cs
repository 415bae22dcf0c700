using System.Text.Json.Nodes;

namespace OlmoSharp.Models.HuggingFace;

/// <summary>Typed access to a JSON object of settings that collects every problem instead of stopping at the first.</summary>
internal sealed class ConfigFields
{
    private readonly JsonObject _json;
    private readonly string _prefix;
    private readonly List<string> _problems;

    /// <summary>The fields of a file's object.</summary>
    public ConfigFields(JsonObject json)
        : this(json, "", [])
    {
    }

    private ConfigFields(JsonObject json, string prefix, List<string> problems) => (_json, _prefix, _problems) = (json, prefix, problems);

    /// <summary>What was wrong so far.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Whether a field is there and not null.</summary>
    public bool Has(string name) => _json[name] is not null;

    /// <summary>A field as it is written.</summary>
    public string Text(string name) => _json[name]?.ToJsonString() ?? "missing";

    /// <summary>Notes a problem.</summary>
    public void Add(string problem) => _problems.Add(problem);

    /// <summary>A whole number; 0 and a problem where there is none and no default.</summary>
    public int Integer(string name, int? otherwise = null) => Required(name, OptionalInteger(name) ?? otherwise);

    /// <summary>A whole number or null.</summary>
    public int? OptionalInteger(string name) => Value<int>(name, "a whole number");

    /// <summary>A number; 0 and a problem where there is none and no default.</summary>
    public double Number(string name, double? otherwise = null) => Required(name, OptionalNumber(name) ?? otherwise);

    /// <summary>A number or null.</summary>
    public double? OptionalNumber(string name) => Value<double>(name, "a number");

    /// <summary>A truth value.</summary>
    public bool Flag(string name, bool otherwise) => Value<bool>(name, "true or false") ?? otherwise;

    /// <summary>A text that must be one of a few.</summary>
    public string? Choice(string name, params IReadOnlyList<string> choices)
    {
        if (_json[name] is JsonValue value && value.TryGetValue<string>(out var text) && choices.Contains(text))
        {
            return text;
        }

        AddUnsupported(name, string.Join(", ", choices.Select(choice => $"\"{choice}\"")));
        return null;
    }

    /// <summary>An object or null; its fields' problems are noted here too.</summary>
    public ConfigFields? Object(string name)
    {
        if (_json[name] is JsonObject or null)
        {
            return _json[name] is JsonObject child ? new(child, $"{_prefix}{name}.", _problems) : null;
        }

        _problems.Add($"'{_prefix}{name}' is {Text(name)}, but must be an object or null");
        return null;
    }

    /// <summary>Reports a field that is there and is not this.</summary>
    public void RequireAbsentOr(string name, JsonNode? expected)
    {
        if (_json[name] is { } value && !JsonNode.DeepEquals(value, expected))
        {
            AddUnsupported(name, expected?.ToJsonString() ?? "null");
        }
    }

    /// <summary>Reports fields that have no meaning here.</summary>
    public void RequireOnly(IReadOnlyList<string> known, string where)
    {
        foreach (var (name, _) in _json.Where(field => field.Value is not null && !known.Contains(field.Key)))
        {
            _problems.Add($"'{_prefix}{name}' is {Text(name)}, but {where} it is not supported");
        }
    }

    /// <summary>A value that must be there; a problem unless one is noted already.</summary>
    public T Required<T>(string name, T? value)
        where T : struct
    {
        if (value is null && !_problems.Any(problem => problem.StartsWith($"'{_prefix}{name}'", StringComparison.Ordinal)))
        {
            _problems.Add($"'{_prefix}{name}' is missing");
        }

        return value ?? default;
    }

    private T? Value<T>(string name, string kind)
        where T : struct
    {
        if (_json[name] is not { } node)
        {
            return null;
        }

        if (node is JsonValue value && value.TryGetValue<T>(out var result))
        {
            return result;
        }

        _problems.Add($"'{_prefix}{name}' is {node.ToJsonString()}, but must be {kind}");
        return null;
    }

    private void AddUnsupported(string name, string expected) => _problems.Add($"'{_prefix}{name}' is {Text(name)}, but only {expected} is supported");
}
