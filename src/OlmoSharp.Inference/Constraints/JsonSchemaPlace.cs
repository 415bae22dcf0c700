using System.Text.Json;

namespace OlmoSharp.Inference.Constraints;

/// <summary>A part of a JSON schema that knows where it is.</summary>
/// <param name="Path">Its place, such as <c>$.properties.name</c>.</param>
/// <param name="Value">What is there.</param>
internal readonly record struct JsonSchemaPlace(string Path, JsonElement Value)
{
    /// <summary>The members of an object, each of its own name.</summary>
    public List<(string Name, JsonSchemaPlace Place)> Members()
    {
        if (Value.ValueKind != JsonValueKind.Object)
        {
            throw Wrong($"an object was expected, not {Value.ValueKind}");
        }

        List<(string, JsonSchemaPlace)> members = [];
        HashSet<string> names = [];
        foreach (var member in Value.EnumerateObject())
        {
            if (!names.Add(member.Name))
            {
                throw Wrong($"'{member.Name}' is there twice");
            }

            members.Add((member.Name, new($"{Path}.{member.Name}", member.Value)));
        }

        return members;
    }

    /// <summary>The elements of an array.</summary>
    public List<JsonSchemaPlace> Elements()
    {
        if (Value.ValueKind != JsonValueKind.Array)
        {
            throw Wrong($"an array was expected, not {Value.ValueKind}");
        }

        var path = Path;
        return [.. Value.EnumerateArray().Select((element, i) => new JsonSchemaPlace($"{path}[{i}]", element))];
    }

    /// <summary>A string.</summary>
    public string Text() => Value.ValueKind == JsonValueKind.String ? Value.GetString()! : throw Wrong($"a string was expected, not {Value.ValueKind}");

    /// <summary>A number of elements.</summary>
    public int Count(int most) => Value.ValueKind == JsonValueKind.Number && Value.TryGetInt32(out var count) && count >= 0 && count <= most
        ? count
        : throw Wrong($"a whole number from 0 to {most} was expected, not {Value.GetRawText()}");

    /// <summary>A complaint about this part.</summary>
    public InferenceException Wrong(string reason) => new($"JSON schema, {Path}: {reason}");
}
