using System.Globalization;
using System.Text.Json;

namespace OlmoSharp.Evaluation.Datasets;

/// <summary>One row of a dataset: its fields as the file has them, and those that a task's transform has added.</summary>
/// <param name="Place">File and line, for messages.</param>
/// <param name="Index">The row's place in its split, from 0.</param>
/// <param name="Fields">The fields, a JSON object.</param>
public sealed record DatasetRow(string Place, int Index, JsonElement Fields)
{
    private IReadOnlyDictionary<string, JsonElement> Added { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Whether the row has the field, added ones included; a null or an empty text counts as none.</summary>
    /// <param name="name">The field's own name or its path.</param>
    public bool Has(string name) => TryFind(name, out var value) && value.ValueKind != JsonValueKind.Null && !(value.ValueKind == JsonValueKind.String && value.ValueEquals(""));

    /// <summary>Finds a field by its path: names and places in lists from 0, with dots between them.</summary>
    /// <param name="path">Such as <c>choices.text</c>; a field whose own name has dots is found too.</param>
    /// <param name="value">The field.</param>
    public bool TryFind(string path, out JsonElement value)
    {
        if (Added.TryGetValue(path, out value) || Fields.TryGetProperty(path, out value))
        {
            return true;
        }

        var steps = path.Split('.');
        if (!Added.TryGetValue(steps[0], out value) && !Fields.TryGetProperty(steps[0], out value))
        {
            return false;
        }

        foreach (var step in steps.AsSpan(1))
        {
            if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty(step, out var member))
            {
                value = member;
            }
            else if (value.ValueKind == JsonValueKind.Array && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < value.GetArrayLength())
            {
                value = value[index];
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The row with one more field.</summary>
    /// <param name="name">Its name; a field of that name is hidden.</param>
    /// <param name="value">Its value, as JSON has it.</param>
    internal DatasetRow With<T>(string name, T value) =>
        this with { Added = new Dictionary<string, JsonElement>(Added) { [name] = JsonSerializer.SerializeToElement(value) } };

    /// <summary>A field that must be there.</summary>
    /// <exception cref="EvaluationException">The row lacks it.</exception>
    internal JsonElement Field(string path) =>
        TryFind(path, out var value) ? value : throw Problem($"it has no \"{path}\"; it has {string.Join(", ", Fields.EnumerateObject().Select(member => member.Name).Take(20))}");

    /// <summary>A text that must be there.</summary>
    /// <exception cref="EvaluationException">The row lacks it, or it is no text.</exception>
    internal string Text(string path)
    {
        var value = Field(path);
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Problem($"\"{path}\" is {Kind(value)}, not a text");
    }

    /// <summary>A list of texts that must be there.</summary>
    /// <exception cref="EvaluationException">The row lacks it, or it is none.</exception>
    internal IReadOnlyList<string> Texts(string path)
    {
        var value = Field(path);
        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
            : throw Problem($"\"{path}\" is {Kind(value)}, not a list of texts");
    }

    /// <summary>An error about this row.</summary>
    internal EvaluationException Problem(string message) => new($"{Place}: {message}. Correct the row, or name the right file (see docs/evaluation.md, Data).");

    /// <summary>What a value is, for messages.</summary>
    internal static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
