namespace OlmoSharp.Server.Responses;

/// <summary>A piece of an answer.</summary>
/// <param name="Index">The answer's number.</param>
/// <param name="Delta">What is new.</param>
/// <param name="Logprobs">Log-probabilities of new tokens, where they were asked for.</param>
/// <param name="FinishReason">Why the answer ended; null where it goes on.</param>
internal sealed record ChatChunkChoice(int Index, ChatDelta Delta, ChatLogProbabilities? Logprobs, string? FinishReason);
