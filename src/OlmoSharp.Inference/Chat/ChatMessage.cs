namespace OlmoSharp.Inference.Chat;

/// <summary>A turn of a chat.</summary>
/// <param name="Role">Who speaks.</param>
/// <param name="Text">What is said.</param>
public sealed record ChatMessage(ChatRole Role, string Text);
