using System.Text.Json;
using System.Text.Json.Nodes;

namespace OlmoSharp.Inference.Tests.Constraints;

/// <summary>Says whether a document fits a schema, straight from the keywords' definitions.</summary>
internal static class JsonSchemaValidator
{
    public static bool Fits(JsonNode? document, JsonNode schema, JsonNode root)
    {
        if (schema["$ref"] is { } reference)
        {
            return Fits(document, reference.GetValue<string>().Split('/').Skip(1).Aggregate(root, (place, name) => place[name]!), root);
        }

        if (schema["anyOf"] is { } choices)
        {
            return choices.AsArray().Any(choice => Fits(document, choice!, root));
        }

        if (schema.AsObject().ContainsKey("const"))
        {
            return JsonNode.DeepEquals(document, schema["const"]);
        }

        if (schema["enum"] is { } values)
        {
            return values.AsArray().Any(value => JsonNode.DeepEquals(document, value));
        }

        var types = schema["type"] is JsonArray list ? list.Select(type => type!.GetValue<string>()) : [schema["type"]!.GetValue<string>()];
        return types.Any(type => document?.GetValueKind() switch
        {
            null => type == "null",
            JsonValueKind.Object => type == "object" && ObjectFits(document.AsObject(), schema, root),
            JsonValueKind.Array => type == "array" && ArrayFits(document.AsArray(), schema, root),
            JsonValueKind.String => type == "string",
            JsonValueKind.Number => type == "number" || (type == "integer" && document.ToJsonString().TrimStart('-').All(char.IsAsciiDigit)),
            _ => type == "boolean",
        });
    }

    private static bool ObjectFits(JsonObject document, JsonNode schema, JsonNode root)
    {
        var properties = schema["properties"]?.AsObject() ?? [];
        var required = schema["required"]?.AsArray().Select(name => name!.GetValue<string>()) ?? [];
        return document.All(member => properties.ContainsKey(member.Key) && Fits(member.Value, properties[member.Key]!, root))
            && required.All(document.ContainsKey)
            && document.Select(member => member.Key).SequenceEqual(properties.Select(member => member.Key).Where(document.ContainsKey));
    }

    private static bool ArrayFits(JsonArray document, JsonNode schema, JsonNode root) =>
        document.Count >= (schema["minItems"]?.GetValue<int>() ?? 0) && document.Count <= (schema["maxItems"]?.GetValue<int>() ?? int.MaxValue)
        && document.All(item => Fits(item, schema["items"]!, root));
}
