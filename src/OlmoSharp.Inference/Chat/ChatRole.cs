namespace OlmoSharp.Inference.Chat;

/// <summary>Who speaks in a chat.</summary>
public enum ChatRole
{
    /// <summary>Says how the assistant is to behave.</summary>
    System,

    /// <summary>The person.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,
}
