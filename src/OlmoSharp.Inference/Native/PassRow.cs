namespace OlmoSharp.Inference.Native;

/// <summary>One token of a pass.</summary>
/// <param name="Sequence">Its sequence.</param>
/// <param name="Token">Its id.</param>
/// <param name="Position">Its position.</param>
/// <param name="HasLogits">Whether logits after it are wanted.</param>
internal readonly record struct PassRow(NativeSequence Sequence, int Token, int Position, bool HasLogits)
{
    /// <summary>Whether the token comes after another in a sequence.</summary>
    public bool Follows(in PassRow other) => ReferenceEquals(Sequence, other.Sequence) && Position == other.Position + 1;
}
