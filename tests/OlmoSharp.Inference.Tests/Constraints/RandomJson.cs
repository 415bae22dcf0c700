using System.Globalization;
using System.Text.Json.Nodes;

namespace OlmoSharp.Inference.Tests.Constraints;

/// <summary>Random schemas, and random documents that fit them, written in random ways.</summary>
internal sealed class RandomJson(int seed)
{
    private static readonly string[] Names = ["a", "b", "name", "näme", "a\"b", "x/y", "元", "tab\t"];
    private static readonly string[] Escapes = ["\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t", "\\u00e9", "\\u0000", "\\uD83D\\uDE00", "\\uFFFF", "\\uabcd", "\\uD7ff"];
    private static readonly string[] Letters = ["a", " ", "}", "]", ":", ",", "é", "元", "😀", "\u007f", "\u2028", "Gets the "];

    private readonly Random _random = new(seed);

    /// <summary>A schema with a recursive definition that every part may use.</summary>
    public JsonNode Schema()
    {
        var schema = Schema(3);
        var root = new JsonObject { ["title"] = "random", ["anyOf"] = new JsonArray(schema) };
        root["$defs"] = new JsonObject
        {
            ["list"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject
                {
                    ["value"] = Schema(0),
                    ["next"] = new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["$ref"] = "#/$defs/list" }, new JsonObject { ["type"] = "null" }) },
                },
                ["required"] = new JsonArray("value", "next"),
                ["additionalProperties"] = false,
            },
        };
        return root;
    }

    /// <summary>A document of a schema.</summary>
    public string Document(JsonNode schema, JsonNode root, int depth = 0)
    {
        if (schema["$ref"] is { } reference)
        {
            return Document(reference.GetValue<string>().Split('/').Skip(1).Aggregate(root, (place, name) => place[name]!), root, depth);
        }

        if (schema["anyOf"] is JsonArray choices)
        {
            // Deep down the last choice is taken, which does not recur.
            return Document(choices[depth > 4 ? choices.Count - 1 : _random.Next(choices.Count)]!, root, depth + 1);
        }

        if (schema["const"] is { } constant)
        {
            return Written(constant);
        }

        if (schema["enum"] is JsonArray values)
        {
            return values[_random.Next(values.Count)] is { } value ? Written(value) : "null";
        }

        var types = schema["type"] is JsonArray list ? [.. list.Select(type => type!.GetValue<string>())] : new[] { schema["type"]!.GetValue<string>() };
        return types[_random.Next(types.Length)] switch
        {
            "object" => Object(schema, root, depth),
            "array" => Array(schema, root, depth),
            "string" => $"\"{string.Concat(Enumerable.Range(0, _random.Next(5)).Select(_ => One(_random.Next(3) == 0 ? Escapes : Letters)))}\"",
            "number" => Number(),
            "integer" => Integer(),
            "boolean" => One("true", "false"),
            _ => "null",
        };
    }

    private static string Written(JsonNode value) =>
        value.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private JsonNode Schema(int depth) => _random.Next(depth > 0 ? 10 : 6) switch
    {
        0 => new JsonObject { ["type"] = "string", ["description"] = "text" },
        1 => new JsonObject { ["type"] = "integer" },
        2 => new JsonObject { ["type"] = new JsonArray("number", "null") },
        3 => new JsonObject { ["type"] = "boolean" },
        4 => new JsonObject { ["enum"] = new JsonArray("red", "réd \"x\"", 17, 1.5, null, true, new JsonArray(1, "b"), new JsonObject { ["k"] = "v" }) },
        5 => new JsonObject { ["const"] = One(Names), ["type"] = "string" },
        6 => ObjectSchema(depth),
        7 => ArraySchema(depth),
        8 => new JsonObject { ["$ref"] = "#/$defs/list" },
        _ => new JsonObject { ["anyOf"] = new JsonArray([.. Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => Schema(depth - 1)), Schema(0)]) },
    };

    private JsonObject ObjectSchema(int depth)
    {
        var names = Names.Where(_ => _random.Next(3) == 0).ToArray();
        return new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(names.Select(name => KeyValuePair.Create<string, JsonNode?>(name, Schema(depth - 1)))),
            ["required"] = new JsonArray([.. names.Where(_ => _random.Next(3) > 0).Select(name => (JsonNode)name)]),
            ["additionalProperties"] = false,
        };
    }

    private JsonObject ArraySchema(int depth)
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = Schema(depth - 1) };
        var least = _random.Next(3);
        if (_random.Next(2) == 0)
        {
            schema["minItems"] = least;
        }

        if (_random.Next(2) == 0)
        {
            schema["maxItems"] = least + _random.Next(3);
        }

        return schema;
    }

    private string Object(JsonNode schema, JsonNode root, int depth)
    {
        var required = schema["required"]!.AsArray().Select(name => name!.GetValue<string>()).ToHashSet();
        var members = schema["properties"]!.AsObject().Where(member => required.Contains(member.Key) || _random.Next(2) == 0)
            .Select(member => $"{Written(JsonValue.Create(member.Key))}:{Space()}{Document(member.Value!, root, depth + 1)}").ToArray();
        return members.Length == 0 ? "{}" : $"{{{Space()}{string.Join("," + Space(), members)}{Space()}}}";
    }

    private string Array(JsonNode schema, JsonNode root, int depth)
    {
        var least = schema["minItems"]?.GetValue<int>() ?? 0;
        var count = Math.Min(schema["maxItems"]?.GetValue<int>() ?? 9, least + _random.Next(3));
        return count == 0 ? "[]" : $"[{Space()}{string.Join("," + Space(), Enumerable.Range(0, count).Select(_ => Document(schema["items"]!, root, depth + 1)))}{Space()}]";
    }

    private string Integer() => One("0", "-0", "7", "-12", "1234567890123456", _random.Next().ToString(CultureInfo.InvariantCulture));

    private string Number() => Integer() + One("", ".0", ".25", ".1234567890123456") + One("", "", "e5", "E+12", "e-30");

    private string Space() => One("", "", " ", "\n", "\n  ", "\n\t\t", "\n" + new string(' ', 20));

    private string One(params string[] choices) => choices[_random.Next(choices.Length)];
}
