using OlmoSharp.Inference.Generation;

namespace OlmoSharp.Inference.Clients;

/// <summary>A call of a chat client, ready to be generated.</summary>
/// <param name="Prompt">The conversation's ids.</param>
/// <param name="Options">How to generate.</param>
internal sealed record ChatRequest(IReadOnlyList<int> Prompt, GenerationOptions Options);
