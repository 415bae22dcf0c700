namespace OlmoSharp.Server.Responses;

/// <summary>An answer of a chat.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Message">What is said.</param>
/// <param name="Logprobs">Log-probabilities, where they were asked for.</param>
/// <param name="FinishReason">Why it ended.</param>
internal sealed record ChatChoice(int Index, ChatAnswer Message, ChatLogProbabilities? Logprobs, string FinishReason);
