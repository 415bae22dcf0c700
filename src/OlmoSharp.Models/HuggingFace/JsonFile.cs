using System.Text.Json;
using System.Text.Json.Nodes;

namespace OlmoSharp.Models.HuggingFace;

/// <summary>Reads the JSON files of model folders.</summary>
internal static class JsonFile
{
    private static readonly JsonDocumentOptions EachFieldOnce = new() { AllowDuplicateProperties = false };

    /// <summary>The object that a file holds; every text in it is sound Unicode.</summary>
    /// <exception cref="ModelException">The file is missing, not JSON, or holds something else.</exception>
    public static JsonObject ReadObject(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            RequireText(bytes);
            return JsonNode.Parse(bytes, documentOptions: EachFieldOnce) as JsonObject ?? throw new ModelException($"{path}: is not a JSON object");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            throw new ModelException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    // A node decodes its text only when asked, far from here.
    private static void RequireText(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String)
            {
                reader.GetString();
            }
        }
    }
}
