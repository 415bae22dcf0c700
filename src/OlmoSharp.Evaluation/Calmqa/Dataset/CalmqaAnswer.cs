using System.Text.Json;
using System.Text.Json.Serialization;

namespace OlmoSharp.Evaluation.Calmqa.Dataset;

/// <summary>An answer, of a person or a model.</summary>
public sealed record CalmqaAnswer
{
    /// <summary>Its name, unique in a file.</summary>
    public required string Name { get; init; }

    /// <summary>The language it should be in: that of the question as it was put.</summary>
    public required string Language { get; init; }

    /// <summary>Its text by language; the answer itself is that of <see cref="Language"/>.</summary>
    public required IReadOnlyDictionary<string, CalmqaText> Translations { get; init; }

    /// <summary>How it came to be.</summary>
    public required PromptingState PromptingState { get; init; }

    /// <summary>The probability of each option where the question was one of multiple choice; null elsewhere.</summary>
    public JsonElement? OptionProbs { get; init; }

    /// <summary>Fields that the schema does not name, kept as they are.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; init; }

    /// <summary>The answer, untranslated.</summary>
    [JsonIgnore]
    public string Text => Translations[Language].Text;

    /// <summary>Who answered: a model's name, or a person's as the files have it.</summary>
    [JsonIgnore]
    public string Model => PromptingState.ModelName;
}
