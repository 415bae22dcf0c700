namespace OlmoSharp.Evaluation.Calmqa.Judgements;

/// <summary>A pair of answers with what the page does not tell.</summary>
/// <param name="Item">The pair's name on the page.</param>
/// <param name="Question">The question's name.</param>
/// <param name="Language">The language it was put in.</param>
/// <param name="Category">Its category; null where none was assigned.</param>
/// <param name="IsCultural">Whether it is culturally specific.</param>
/// <param name="First">The model of the first answer.</param>
/// <param name="Second">The model of the second answer.</param>
public sealed record AnnotationItem(string Item, string Question, string Language, string? Category, bool IsCultural, string First, string Second);
