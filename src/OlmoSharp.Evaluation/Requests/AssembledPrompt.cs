using OlmoSharp.Inference.Chat;

namespace OlmoSharp.Evaluation.Requests;

/// <summary>A prompt: a text, or a chat's messages with the beginning of the answer.</summary>
internal sealed record AssembledPrompt(string Text, IReadOnlyList<ChatMessage>? Messages, string AnswerPrefix);
