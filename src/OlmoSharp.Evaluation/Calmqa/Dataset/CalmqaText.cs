using System.Text.Json;
using System.Text.Json.Serialization;

namespace OlmoSharp.Evaluation.Calmqa.Dataset;

/// <summary>A text in one language.</summary>
public sealed record CalmqaText
{
    /// <summary>The language's English name.</summary>
    public required string Language { get; init; }

    /// <summary>The text.</summary>
    public required string Text { get; init; }

    /// <summary>How a model came to write it; null where it was not made by one.</summary>
    public PromptingState? PromptingState { get; init; }

    /// <summary>Fields that the schema does not name, kept as they are.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; init; }
}
