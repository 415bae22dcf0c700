using System.Text.Json;

namespace OlmoSharp.Evaluation.Judging;

/// <summary>An answer that is to be judged.</summary>
/// <param name="DocumentId">The document's place in the task.</param>
/// <param name="NativeId">The identifier that the dataset gives; null for none.</param>
/// <param name="Instruction">What was asked for.</param>
/// <param name="Text">The answer; null where the model gave none.</param>
public sealed record JudgedAnswer(int DocumentId, JsonElement? NativeId, string Instruction, string? Text);
