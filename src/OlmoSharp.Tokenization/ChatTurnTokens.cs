namespace OlmoSharp.Tokenization;

/// <summary>The special tokens that mark the turns of a chat. A turn is the token of its role, a newline, its text,
/// <see cref="End"/> and a newline; the model is asked to speak by <see cref="Assistant"/> and a newline.</summary>
public static class ChatTurnTokens
{
    /// <summary>Opens a turn that tells the assistant how to behave.</summary>
    public const string System = "<|system|>";

    /// <summary>Opens a turn of the user.</summary>
    public const string User = "<|user|>";

    /// <summary>Opens a turn of the assistant.</summary>
    public const string Assistant = "<|assistant|>";

    /// <summary>Ends every turn.</summary>
    public const string End = "<|end|>";
}
