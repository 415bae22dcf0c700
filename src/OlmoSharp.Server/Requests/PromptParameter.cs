using System.Text.Json;
using OlmoSharp.Server.Errors;
using OlmoSharp.Server.Hosting;

namespace OlmoSharp.Server.Requests;

/// <summary>Reads <c>prompt</c> of completions and <c>input</c> of embeddings: a string, a list of strings, a list of token ids, or a list of such lists.</summary>
internal static class PromptParameter
{
    /// <summary>The prompts of a request.</summary>
    /// <param name="value">The parameter.</param>
    /// <param name="name">Its name.</param>
    /// <param name="most">Most prompts.</param>
    /// <param name="model">The model.</param>
    public static IReadOnlyList<Prompt> Read(JsonElement value, string name, int most, ServedModel model)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return [FromText(value, name, model)];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw ApiException.WrongType(name, "a string, an array of strings, an array of token ids, or an array of such arrays", Parameters.TypeOf(value));
        }

        var count = value.GetArrayLength();
        if (count == 0)
        {
            throw ApiException.Invalid(name, $"Invalid '{name}': the array is empty.", "empty_array");
        }

        if (value[0].ValueKind == JsonValueKind.Number)
        {
            return [FromIds(value, name, model)];
        }

        return count <= most
            ? [.. value.EnumerateArray().Select((item, i) => item.ValueKind == JsonValueKind.Array ? FromIds(item, $"{name}[{i}]", model) : FromText(item, $"{name}[{i}]", model))]
            : throw ApiException.Invalid(name, $"Invalid '{name}': array too long. Expected at most {most} elements, but got {count}.", "array_above_max_length");
    }

    /// <summary>The ids of a list of them.</summary>
    public static int[] Ids(JsonElement value, string name, ServedModel model)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw ApiException.WrongType(name, "an array of token ids", Parameters.TypeOf(value));
        }

        return [.. value.EnumerateArray().Select((id, i) => (int)Parameters.Integer(id, $"{name}[{i}]", 0, model.Tokenizer.VocabularySize - 1))];
    }

    private static Prompt FromText(JsonElement value, string name, ServedModel model)
    {
        var text = Parameters.Text(value, name);
        return new(name, model.Encode(text), text);
    }

    private static Prompt FromIds(JsonElement value, string name, ServedModel model)
    {
        var ids = Ids(value, name, model);
        return ids.Length > 0 ? new(name, ids, null) : throw ApiException.Invalid(name, $"Invalid '{name}': the array is empty.", "empty_array");
    }
}
