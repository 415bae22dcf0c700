using OlmoSharp.Inference.Generation;

namespace OlmoSharp.Server.Streaming;

/// <summary>A token of one of a request's texts.</summary>
/// <param name="Prompt">The number of the prompt.</param>
/// <param name="Step">The token.</param>
internal readonly record struct PromptStep(int Prompt, GenerationStep Step);
