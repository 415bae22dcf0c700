using System.Text.Json;
using System.Text.Json.Serialization;

namespace OlmoSharp.Evaluation.Calmqa.Dataset;

/// <summary>A question with its answers.</summary>
public sealed record CalmqaEntry
{
    /// <summary>The question.</summary>
    public required CalmqaQuestion Question { get; init; }

    /// <summary>Its answers.</summary>
    public required IReadOnlyList<CalmqaAnswer> Answers { get; init; }

    /// <summary>Fields that the schema does not name, kept as they are.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; init; }
}
