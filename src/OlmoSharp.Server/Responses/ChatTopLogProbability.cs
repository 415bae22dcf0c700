namespace OlmoSharp.Server.Responses;

/// <summary>A token that was possible and how probable it was.</summary>
/// <param name="Token">The token as text; parts of characters as U+FFFD.</param>
/// <param name="Logprob">Natural logarithm of its probability.</param>
/// <param name="Bytes">Its bytes.</param>
internal sealed record ChatTopLogProbability(string Token, double Logprob, IReadOnlyList<int> Bytes);
