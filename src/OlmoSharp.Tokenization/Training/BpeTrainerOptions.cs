namespace OlmoSharp.Tokenization;

/// <summary>What <see cref="BpeTrainer"/> is to make.</summary>
public sealed record BpeTrainerOptions
{
    /// <summary>The number of ids to end with, those of the 256 bytes and of the special tokens included.
    /// It is not reached when the pairs that are frequent enough run out before.</summary>
    public int VocabularySize { get; init; } = 8192;

    /// <summary>The special tokens, in the order of their ids. Each must be made of several pre-tokens (such as <c>&lt;|name|&gt;</c>),
    /// so that no merge can make the same token out of text.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } =
        ["<|endoftext|>", "<|pad|>", ChatTurnTokens.System, ChatTurnTokens.User, ChatTurnTokens.Assistant, ChatTurnTokens.End];

    /// <summary>How often a pair must occur to be merged.</summary>
    public long MinFrequency { get; init; } = 2;

    /// <summary>How many threads count pre-tokens. The result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
