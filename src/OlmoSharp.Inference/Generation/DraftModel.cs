using OlmoSharp.Inference.Engines;

namespace OlmoSharp.Inference.Generation;

/// <summary>A small model that proposes tokens, which the model then checks several at a time: speculative decoding.</summary>
/// <param name="Engine">Runs the small model, whose tokenizer must be the model's. The generator disposes it.</param>
/// <param name="Tokens">Most tokens to propose at once.</param>
public sealed record DraftModel(IInferenceEngine Engine, int Tokens = 4);
