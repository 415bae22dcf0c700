namespace OlmoSharp.Evaluation.Calmqa.Judgements;

/// <summary>An answer's rating with whose it is.</summary>
/// <param name="Annotator">Who rates.</param>
/// <param name="Item">The pair it is in.</param>
/// <param name="Model">Whose answer it is.</param>
/// <param name="IsFirst">Whether it is the first of the pair.</param>
/// <param name="Values">What is said of it.</param>
internal sealed record Rating(string Annotator, AnnotationItem Item, string Model, bool IsFirst, AnswerRating Values);
