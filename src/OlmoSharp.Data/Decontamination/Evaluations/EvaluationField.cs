using System.Globalization;
using System.Text.Json;

namespace OlmoSharp.Data.Decontamination.Evaluations;

/// <summary>A field of an item by its path: names, and places in lists from 0, with dots between them.</summary>
/// <param name="path">The path, such as <c>choices.0.text</c>. A field whose whole name has dots in it is found too.</param>
internal sealed class EvaluationField(string path)
{
    private readonly string[] _steps = path.Split('.');

    /// <summary>Finds the field. Returns false where the item has none; a null is one.</summary>
    public bool TryFind(JsonElement item, out JsonElement value)
    {
        if (item.ValueKind == JsonValueKind.Object && item.TryGetProperty(path, out value))
        {
            return true;
        }

        value = item;
        foreach (var step in _steps)
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

    /// <summary>The field's texts: one, those of a list, or none where it is null.</summary>
    /// <exception cref="FormatException">The item lacks it, or it is an object.</exception>
    public IReadOnlyList<string> Texts(JsonElement item)
    {
        if (!TryFind(item, out var value))
        {
            throw new FormatException($"the item has no \"{path}\"; {Describe(item)}");
        }

        return value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().SelectMany(Text)] : [.. Text(value)];
    }

    /// <summary>What an item has, for messages.</summary>
    public static string Describe(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object ? $"it has {string.Join(", ", item.EnumerateObject().Select(member => member.Name).Take(20))}" : "it is no object";

    private IEnumerable<string> Text(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.Null => [],
                JsonValueKind.String => [value.GetString()!],
                JsonValueKind.Number => [value.GetRawText()],
                JsonValueKind.True => ["true"],
                JsonValueKind.False => ["false"],
                _ => throw new FormatException($"\"{path}\" is not a text or a list of texts; name a field inside it, as in {path}.text"),
            };
        }
        catch (InvalidOperationException error)
        {
            throw new FormatException($"\"{path}\" is not valid Unicode (half a surrogate pair)", error);
        }
    }
}
