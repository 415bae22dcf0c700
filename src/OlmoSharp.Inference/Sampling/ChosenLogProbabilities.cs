namespace OlmoSharp.Inference.Sampling;

/// <summary>How probable the model found a chosen token and the most probable ones in its place.</summary>
/// <param name="Chosen">The token that was chosen.</param>
/// <param name="Top">The most probable tokens, the most probable first; of equal ones the lower id. As many as were asked for.</param>
public sealed record ChosenLogProbabilities(TokenLogProbability Chosen, IReadOnlyList<TokenLogProbability> Top);
