namespace OlmoSharp.Evaluation.Endpoints;

/// <summary>What a service generated.</summary>
/// <param name="Text">The text.</param>
/// <param name="FinishReason">Why it ended: <c>stop</c>, <c>length</c>, or what the service has to say; empty where it says nothing.</param>
/// <param name="Tokens">The tokens with log-probabilities; null where none were asked for or given.</param>
/// <param name="PromptTokens">Tokens of the prompt; null where the service does not count.</param>
/// <param name="GeneratedTokens">Tokens of the text; null where the service does not count.</param>
public sealed record EndpointText(string Text, string FinishReason, IReadOnlyList<EndpointToken>? Tokens, int? PromptTokens, int? GeneratedTokens);
