using OlmoSharp.Inference.Sampling;

namespace OlmoSharp.Inference.Generation;

/// <summary>A generated text.</summary>
/// <param name="Text">The text, without the prompt, up to the end or the stop string.</param>
/// <param name="Ids">Every token that was generated, those of a stop string too, but not the one that ended the text.</param>
/// <param name="LogProbabilities">Of each token; null where they were not asked for.</param>
/// <param name="Finish">Why it ended.</param>
public sealed record GenerationResult(string Text, IReadOnlyList<int> Ids, IReadOnlyList<ChosenLogProbabilities>? LogProbabilities, FinishReason Finish);
