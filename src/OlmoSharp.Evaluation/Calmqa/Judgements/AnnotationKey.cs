using System.Text.Json;
using OlmoSharp.Data.Documents;
using OlmoSharp.Evaluation.Calmqa.Dataset;

namespace OlmoSharp.Evaluation.Calmqa.Judgements;

/// <summary>Which models the answers of a page are of; who annotates must not see it.</summary>
public sealed record AnnotationKey
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = PlainJsonEncoder.Instance,
    };

    /// <summary>The page's name.</summary>
    public required string Page { get; init; }

    /// <summary>The pairs.</summary>
    public required IReadOnlyList<AnnotationItem> Items { get; init; }

    /// <summary>Reads a key.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EvaluationException">It is no key.</exception>
    public static AnnotationKey Read(string path) => ReadJson<AnnotationKey>(path, Json, "key of an annotation page");

    /// <summary>Writes the key whole or not at all.</summary>
    /// <param name="path">Where to.</param>
    public void Write(string path) => AtomicFile.WriteAllText(path, JsonSerializer.Serialize(this, Json) + "\n");

    internal static T ReadJson<T>(string path, JsonSerializerOptions options, string what)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), options) ?? throw new JsonException("it is null");
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"{path}: this is no {what} ({exception.Message})", exception);
        }
    }
}
