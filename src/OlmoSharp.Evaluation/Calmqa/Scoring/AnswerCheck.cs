using System.Text.Json.Serialization;

namespace OlmoSharp.Evaluation.Calmqa.Scoring;

/// <summary>What the checks say about one answer.</summary>
public sealed record AnswerCheck
{
    /// <summary>The answer, as its file, question and model name it.</summary>
    public required AnswerPlace Place { get; init; }

    /// <summary>The answer's name.</summary>
    public required string Answer { get; init; }

    /// <summary>Its tokens, by <see cref="RepetitionCheck.Encoding"/>.</summary>
    public required int Tokens { get; init; }

    /// <summary>How often its most frequent run of <see cref="RepetitionCheck.Length"/> tokens occurs.</summary>
    public required int MostOccurrences { get; init; }

    /// <summary>Whether it is empty, or only says why a service gave no answer: it fails both checks.</summary>
    public required bool IsWithheld { get; init; }

    /// <summary>The ISO 639-3 code of the language it is in; <c>und</c> where that is unknown.</summary>
    public required string Found { get; init; }

    /// <summary>That language's name, or why there is none.</summary>
    public required string FoundName { get; init; }

    /// <summary>How likely that is right, 0 to 1.</summary>
    public required double Confidence { get; init; }

    /// <summary>Whether it is in the language it should be in; null where there is no profile of that language, so that it cannot be checked.</summary>
    public required bool? IsRightLanguage { get; init; }

    /// <summary>Whether it repeats itself.</summary>
    public bool IsRepetitive => MostOccurrences >= RepetitionCheck.Times;

    /// <summary>Whether it passes both checks; null where the language cannot be checked.</summary>
    [JsonPropertyName("passes")]
    public bool? Passes => IsRightLanguage is { } right ? right && !IsRepetitive && !IsWithheld : null;
}
