using System.ComponentModel.DataAnnotations;
using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Data.Decontamination.Config;

/// <summary>
/// An evaluation set: its files, and in which fields of an item question, answer and passage stand. A field is a name or a path such as <c>doc.question</c>,
/// <c>answers.text</c> or <c>choices.0.text</c>; its value a text, a number, true or false, or a list of these.
/// </summary>
public sealed record EvaluationConfig : IValidatableObject
{
    /// <summary>What it is called in reports and attributes.</summary>
    [MinLength(1)]
    public required string Name { get; init; }

    /// <summary>Its files: JSON lines, JSON arrays (plain, <c>.gz</c>, <c>.zst</c>) or Parquet; paths, folders or patterns.</summary>
    [MinLength(1)]
    [OneOrMany]
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Where the list of items stands in a JSON file that is one object, such as <c>examples</c>.</summary>
    [MinLength(1)]
    public string? Rows { get; init; }

    /// <summary>The question; several fields are joined by line breaks.</summary>
    [OneOrMany]
    public IReadOnlyList<string> Question { get; init; } = [];

    /// <summary>The answer; a list holds answers of which any will do.</summary>
    [MinLength(1)]
    public string? Answer { get; init; }

    /// <summary>The choices, as a list or a field for each, of which <see cref="Answer"/> is the number, a letter from A, one of <see cref="Labels"/>, or the choice itself.</summary>
    [OneOrMany]
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The number of the first choice.</summary>
    [Range(0, 1)]
    public int FirstChoice { get; init; }

    /// <summary>The list of the choices' labels.</summary>
    [MinLength(1)]
    public string? Labels { get; init; }

    /// <summary>A text, such as <c>####</c>, after the last of which the answer proper stands: that alone, too, will do as the answer.</summary>
    [MinLength(1)]
    public string? AnswerAfter { get; init; }

    /// <summary>The passage that the question is about; where there is no question, it takes the question's place.</summary>
    [OneOrMany]
    public IReadOnlyList<string> Passage { get; init; } = [];

    /// <summary>The identifier; none: the place of the item in its file.</summary>
    [MinLength(1)]
    public string? Id { get; init; }

    /// <summary>Takes the place of <see cref="ContaminationRules.RequireAnswer"/> for this set.</summary>
    public bool? RequireAnswer { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Question.Count == 0 && Passage.Count == 0)
        {
            yield return new("there is nothing to look for: name the field of the question, or of the passage", [nameof(Question)]);
        }

        if (Answer is null && (Choices.Count > 0 || AnswerAfter is not null))
        {
            yield return new("is needed by choices and answer_after: name the field of the answer", [nameof(Answer)]);
        }

        if (Choices.Count == 0 && (Labels is not null || FirstChoice != 0))
        {
            yield return new("is needed by labels and first_choice: name the field of the choices", [nameof(Choices)]);
        }
    }
}
