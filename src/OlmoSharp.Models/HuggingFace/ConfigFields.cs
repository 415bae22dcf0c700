using System.Text.Json.Nodes;

namespace OlmoSharp.Models.HuggingFace;

/// <summary>Typed access to a <c>config.json</c> that collects every problem instead of stopping at the first.</summary>
internal sealed class ConfigFields(JsonObject json)
{
    private readonly List<string> _problems = [];

    /// <summary>What was wrong so far.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>A whole number; 0 and a problem where there is none and no default.</summary>
    public int Integer(string name, int? otherwise = null) => Required(name, Value<int>(json, name, name, "a whole number") ?? otherwise);

    /// <summary>A number; 0 and a problem where there is none and no default.</summary>
    public double Number(string name, double? otherwise = null) => Required(name, OptionalNumber(name) ?? otherwise);

    /// <summary>A number or null.</summary>
    public double? OptionalNumber(string name) => Value<double>(json, name, name, "a number");

    /// <summary>A truth value.</summary>
    public bool Flag(string name, bool otherwise) => Value<bool>(json, name, name, "true or false") ?? otherwise;

    /// <summary>A text that must be one of a few.</summary>
    public string? Choice(string name, params IReadOnlyList<string> choices)
    {
        if (json[name] is JsonValue value && value.TryGetValue<string>(out var text) && choices.Contains(text))
        {
            return text;
        }

        _problems.Add(Unsupported(name, json[name], string.Join(", ", choices.Select(choice => $"\"{choice}\""))));
        return null;
    }

    /// <summary>Reports a field that is there and is not this.</summary>
    public void RequireAbsentOr(string name, JsonNode? expected)
    {
        if (json[name] is { } value && !JsonNode.DeepEquals(value, expected))
        {
            _problems.Add(Unsupported(name, value, expected?.ToJsonString() ?? "null"));
        }
    }

    /// <summary>θ from <c>rope_theta</c> or, as newer versions write it, from <c>rope_parameters</c>; scaled frequencies are a problem.</summary>
    public double RopeTheta()
    {
        RequireUnscaled("rope_scaling");
        var old = OptionalNumber("rope_theta");
        if (RequireUnscaled("rope_parameters") is not { } parameters)
        {
            return Required("rope_theta", old);
        }

        var theta = Value<double>(parameters, "rope_theta", "rope_parameters.rope_theta", "a number");
        if (theta is not null && old is not null && theta != old)
        {
            _problems.Add($"'rope_theta' is {json["rope_theta"]!.ToJsonString()}, but 'rope_parameters.rope_theta' is {parameters["rope_theta"]!.ToJsonString()}");
        }

        return Required("rope_parameters.rope_theta", theta ?? old);
    }

    /// <summary>An object that describes rotary frequencies without scaling; null where there is none.</summary>
    private JsonObject? RequireUnscaled(string name)
    {
        if (json[name] is not { } value)
        {
            return null;
        }

        if (value is JsonObject parameters && (parameters["rope_type"] ?? parameters["type"]) is JsonValue type
            && type.TryGetValue<string>(out var text) && text == "default")
        {
            return parameters;
        }

        _problems.Add(Unsupported(name, value, "null or the \"rope_type\" \"default\""));
        return null;
    }

    private T Required<T>(string name, T? value)
        where T : struct
    {
        if (value is null && !_problems.Any(problem => problem.StartsWith($"'{name}'", StringComparison.Ordinal)))
        {
            _problems.Add($"'{name}' is missing");
        }

        return value ?? default;
    }

    private T? Value<T>(JsonObject parent, string name, string fullName, string kind)
        where T : struct
    {
        if (parent[name] is not { } node)
        {
            return null;
        }

        if (node is JsonValue value && value.TryGetValue<T>(out var result))
        {
            return result;
        }

        _problems.Add($"'{fullName}' is {node.ToJsonString()}, but must be {kind}");
        return null;
    }

    private static string Unsupported(string name, JsonNode? value, string expected)
        => $"'{name}' is {value?.ToJsonString() ?? "missing"}, but only {expected} is supported";
}
