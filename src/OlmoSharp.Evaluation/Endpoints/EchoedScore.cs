namespace OlmoSharp.Evaluation.Endpoints;

/// <summary>How likely a service holds the end of a prompt.</summary>
/// <param name="LogLikelihood">The sum of its tokens' log-probabilities.</param>
/// <param name="Tokens">How many tokens it has.</param>
/// <param name="IsGreedy">Whether each is the most probable in its place; null where the service does not say.</param>
/// <param name="ContextTokens">Tokens before it.</param>
internal sealed record EchoedScore(double LogLikelihood, int Tokens, bool? IsGreedy, int ContextTokens);
