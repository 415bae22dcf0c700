namespace OlmoSharp.Evaluation.Calmqa.Generation;

/// <summary>An answer that was generated.</summary>
/// <param name="Text">The answer.</param>
/// <param name="FinishReason">Why it ended: <c>stop</c> or <c>length</c>, or what a service says.</param>
/// <param name="Tokens">Tokens generated; null where a service does not count.</param>
public sealed record AnswerText(string Text, string FinishReason, int? Tokens);
