namespace OlmoSharp.Inference.Scoring;

/// <summary>A text and what may follow it.</summary>
/// <param name="Context">Ids before, at least one.</param>
/// <param name="Continuation">Ids whose probability is asked for, at least one.</param>
/// <param name="Top">How many of the most probable tokens in place of each are asked for too.</param>
public readonly record struct ContinuationPair(IReadOnlyList<int> Context, IReadOnlyList<int> Continuation, int Top = 0);
