namespace OlmoSharp.Evaluation.Calmqa.Scoring;

/// <summary>Where an answer is, or should be.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Question">The question's name.</param>
/// <param name="Language">The language that the question was put in.</param>
/// <param name="Category">The question's category; null where none was assigned.</param>
/// <param name="IsCultural">Whether the question is culturally specific.</param>
/// <param name="Model">Who answers.</param>
public sealed record AnswerPlace(string File, string Question, string Language, string? Category, bool IsCultural, string Model);
