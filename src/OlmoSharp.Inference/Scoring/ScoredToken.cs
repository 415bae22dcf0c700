namespace OlmoSharp.Inference.Scoring;

/// <summary>A token of a continuation.</summary>
/// <param name="Place">The place of the token before it in the pair's tokens, whose logits tell.</param>
/// <param name="Pair">The pair.</param>
/// <param name="Number">Which token of the continuation.</param>
/// <param name="Id">The token.</param>
internal readonly record struct ScoredToken(int Place, int Pair, int Number, int Id);
