namespace OlmoSharp.Evaluation.Calmqa.Generation;

/// <summary>A question that could not be answered.</summary>
/// <param name="Question">Its name.</param>
/// <param name="Reason">Why.</param>
public sealed record GenerationFailure(string Question, string Reason);
