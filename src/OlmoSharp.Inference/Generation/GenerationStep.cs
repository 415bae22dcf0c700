using OlmoSharp.Inference.Sampling;

namespace OlmoSharp.Inference.Generation;

/// <summary>One token of a text as it is generated.</summary>
/// <param name="Sample">Which of the texts of the prompt, from 0.</param>
/// <param name="Id">The token; null where the model ended the text.</param>
/// <param name="Text">
/// Text that is now certain: whole characters that no stop string can take back. It may be empty, and it may belong to earlier tokens; all pieces together are the text.
/// </param>
/// <param name="LogProbabilities">Of the token, where they were asked for.</param>
/// <param name="Finish">Why the text ended; null where it goes on.</param>
public readonly record struct GenerationStep(int Sample, int? Id, string Text, ChosenLogProbabilities? LogProbabilities, FinishReason? Finish)
{
    /// <summary>In the first step of a scheduled request: tokens of the prompt that did not have to be computed, because an earlier or running text begins like it.</summary>
    public int CachedPromptTokens { get; init; }
}
