using OlmoSharp.Models;

namespace OlmoSharp.Inference.Engines;

/// <summary>
/// Runs a model on tokens: the one interface behind generation, scoring and serving. An engine keeps the keys and values of many sequences at once. Not thread-safe: one caller at a time.
/// </summary>
public interface IInferenceEngine : IDisposable
{
    /// <summary>The model's architecture.</summary>
    ModelConfig Config { get; }

    /// <summary>Positions that the caches of all sequences together have room for.</summary>
    int Positions { get; }

    /// <summary>How many of them are free.</summary>
    int FreePositions { get; }

    /// <summary>Starts a sequence without tokens.</summary>
    IEngineSequence NewSequence();

    /// <summary>Appends tokens to sequences and computes logits, all sequences in one pass over the weights.</summary>
    /// <param name="inputs">The new tokens of each sequence; a sequence is there once.</param>
    /// <param name="logits">
    /// [rows, vocabulary], float32: for each input in order, a row after its last token, or after as many of the last as <see cref="EngineInput.LogitRows"/> says.
    /// </param>
    /// <exception cref="InferenceException">
    /// There is no room for the tokens, a sequence would pass the model's context, or a token is none of the model's. Nothing has changed then.
    /// </exception>
    void Forward(IReadOnlyList<EngineInput> inputs, Span<float> logits);

    /// <summary>Appends tokens like <see cref="Forward"/>, but gives what the logits are computed from: the hidden states after the last norm.</summary>
    /// <param name="inputs">The new tokens of each sequence; a sequence is there once.</param>
    /// <param name="hidden">[rows, hidden size], float32: the rows that <see cref="Forward"/> gives logits of.</param>
    /// <exception cref="InferenceException">As for <see cref="Forward"/>.</exception>
    void ForwardHidden(IReadOnlyList<EngineInput> inputs, Span<float> hidden);
}
