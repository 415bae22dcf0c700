namespace OlmoSharp.Server.Responses;

/// <summary>Log-probabilities in the form of <c>/v1/completions</c>: four lists with an element a token.</summary>
/// <param name="Tokens">The tokens as text; one that is no whole character as <c>bytes:\xNN…</c>.</param>
/// <param name="TokenLogprobs">The log-probability of each; null for a first token that nothing precedes.</param>
/// <param name="TopLogprobs">The most probable tokens in the place of each, and the token itself; null where none were asked for.</param>
/// <param name="TextOffset">Where each begins in the returned text, in code points.</param>
internal sealed record CompletionLogProbabilities(
    IReadOnlyList<string> Tokens, IReadOnlyList<double?> TokenLogprobs, IReadOnlyList<IReadOnlyDictionary<string, double>?>? TopLogprobs, IReadOnlyList<int> TextOffset);
