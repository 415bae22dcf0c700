namespace OlmoSharp.Server.Responses;

/// <summary>A text of <c>/v1/completions</c>, or a piece of one.</summary>
/// <param name="Text">The text.</param>
/// <param name="Index">Its number: the number of the prompt times <c>n</c>, plus the number of the text.</param>
/// <param name="Logprobs">Log-probabilities, where they were asked for.</param>
/// <param name="FinishReason">Why the text ended; null where it goes on.</param>
internal sealed record CompletionChoice(string Text, int Index, CompletionLogProbabilities? Logprobs, string? FinishReason);
