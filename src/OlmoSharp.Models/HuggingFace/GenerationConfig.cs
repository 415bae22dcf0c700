using System.Text.Json.Nodes;

namespace OlmoSharp.Models.HuggingFace;

/// <summary>What generation needs of a model folder's <c>generation_config.json</c>; how to sample is the caller's choice.</summary>
/// <param name="EndIds">Ids that end a text; a tuned model may have several.</param>
public sealed record GenerationConfig(IReadOnlyList<int> EndIds)
{
    /// <summary>The file's text for a model.</summary>
    public static string Write(ModelConfig config) => $"{{\n  \"eos_token_id\": {config.EndOfTextId},\n  \"pad_token_id\": {config.PaddingId}\n}}\n";

    /// <summary>Reads the file of a folder.</summary>
    /// <param name="folder">The folder; one without the file has no end ids beyond the tokenizer's.</param>
    /// <exception cref="ModelException">It is not JSON, or its <c>eos_token_id</c> is neither an id nor a list of ids.</exception>
    public static GenerationConfig Read(string folder)
    {
        var path = Path.Combine(folder, ModelFolder.GenerationConfigFile);
        if (!File.Exists(path))
        {
            return new([]);
        }

        return JsonFile.ReadObject(path)["eos_token_id"] switch
        {
            null => new([]),
            JsonArray ids => new([.. ids.Select(id => Id(path, id))]),
            var id => new([Id(path, id)]),
        };
    }

    private static int Id(string path, JsonNode? id)
        => id is JsonValue value && value.TryGetValue<int>(out var number) && number >= 0
            ? number
            : throw new ModelException($"{path}: 'eos_token_id' holds {id?.ToJsonString() ?? "null"}, but must be an id or a list of ids");
}
