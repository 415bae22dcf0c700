using System.Text.Json;
using System.Text.Json.Serialization;

namespace OlmoSharp.Evaluation.Calmqa.Dataset;

/// <summary>A question with its translations.</summary>
public sealed record CalmqaQuestion
{
    /// <summary>Its name, unique in a file.</summary>
    public required string Name { get; init; }

    /// <summary>What kinds of question it is.</summary>
    public required QuestionTypes Type { get; init; }

    /// <summary>Where it was found, or that a person wrote it.</summary>
    public required string Source { get; init; }

    /// <summary>Who collected it.</summary>
    public required string Collector { get; init; }

    /// <summary>The language it was asked in first.</summary>
    public required string Language { get; init; }

    /// <summary>Its text by language, the first language among them.</summary>
    public required IReadOnlyDictionary<string, CalmqaText> Translations { get; init; }

    /// <summary>The page it was found on; null where there is none.</summary>
    public string? Url { get; init; }

    /// <summary>Whether people judged answers to it.</summary>
    public required bool HumanEvaluated { get; init; }

    /// <summary>One of the twelve categories; null where none was assigned.</summary>
    public string? Category { get; init; }

    /// <summary>Fields that the schema does not name, kept as they are.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; init; }

    /// <summary>Whether it is culturally specific.</summary>
    [JsonIgnore]
    public bool IsCultural => Type.HasFlag(QuestionTypes.Cultural);
}
