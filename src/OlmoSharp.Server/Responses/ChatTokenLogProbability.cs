namespace OlmoSharp.Server.Responses;

/// <summary>A token of an answer and how probable it was.</summary>
/// <param name="Token">The token as text; parts of characters as U+FFFD.</param>
/// <param name="Logprob">Natural logarithm of its probability.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="TopLogprobs">The most probable tokens in its place.</param>
internal sealed record ChatTokenLogProbability(string Token, double Logprob, IReadOnlyList<int> Bytes, IReadOnlyList<ChatTopLogProbability> TopLogprobs);
