namespace OlmoSharp.Inference.Engines;

/// <summary>New tokens of a sequence.</summary>
/// <param name="Sequence">A sequence of the engine that is asked.</param>
/// <param name="Tokens">At least one id.</param>
/// <param name="AllLogits">Whether logits are wanted after every token, not only after the last.</param>
public readonly record struct EngineInput(IEngineSequence Sequence, ReadOnlyMemory<int> Tokens, bool AllLogits = false)
{
    /// <summary>Rows of logits, or of hidden states, that this input gives: after so many of its last tokens, 0 to all.</summary>
    public int LogitRows { get; init; } = AllLogits ? Tokens.Length : 1;
}
