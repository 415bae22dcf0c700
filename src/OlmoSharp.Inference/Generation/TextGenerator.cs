using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Sampling;
using OlmoSharp.Tokenization;
using static TorchSharp.torch;

namespace OlmoSharp.Inference.Generation;

/// <summary>Continues text with a model.</summary>
/// <param name="engine">Runs the model; the generator disposes it.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="endIds">Ids that end a text, beside the tokenizer's end of text.</param>
public sealed class TextGenerator(IInferenceEngine engine, Tokenizer tokenizer, params IReadOnlyList<int> endIds) : IDisposable
{
    /// <summary>Runs the model.</summary>
    public IInferenceEngine Engine => engine;

    /// <summary>Its tokenizer.</summary>
    public Tokenizer Tokenizer => tokenizer;

    /// <summary>Loads a model with its tokenizer.</summary>
    /// <param name="path">A Hugging Face model folder, a checkpoint, which is one, or a <c>.gguf</c> file.</param>
    /// <param name="device">Where to compute with libtorch; null: the CPU.</param>
    /// <param name="engine">What computes; null: the native engine, or libtorch where a device is given.</param>
    public static TextGenerator Load(string path, Device? device = null, EngineKind? engine = null)
    {
        var model = LoadedModel.Load(path, device, engine);
        return new(model.Engine, model.Tokenizer, model.EndIds);
    }

    /// <summary>Generates text piece by piece, until the model ends the document or the limit is reached.</summary>
    /// <param name="prompt">What comes before; special tokens in it are ordinary text. A document starts after an end-of-text token.</param>
    /// <param name="options">How much and how.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <returns>Pieces of whole characters; together they are the continuation without the prompt.</returns>
    /// <exception cref="InferenceException">The prompt leaves no room in the model's context.</exception>
    public IEnumerable<string> Continue(string prompt, GenerationOptions options, CancellationToken cancellation = default)
    {
        var decoder = tokenizer.CreateStreamingDecoder(skipSpecialTokens: true);
        foreach (var id in ContinueTokens([tokenizer.EndOfTextId, .. tokenizer.Encode(prompt)], options, cancellation))
        {
            var piece = decoder.Append(id);
            if (piece.Length > 0)
            {
                yield return piece;
            }
        }

        var rest = decoder.Flush();
        if (rest.Length > 0)
        {
            yield return rest;
        }
    }

    /// <summary>Generates tokens one by one, until the model ends the document or the limit is reached; the end is not returned.</summary>
    /// <param name="prompt">Ids before, at least one.</param>
    /// <param name="options">How much and how.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <exception cref="InferenceException">The prompt leaves no room in the model's context.</exception>
    public IEnumerable<int> ContinueTokens(IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(prompt.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaximumTokens, 0);
        if (prompt.Count >= engine.Config.ContextLength)
        {
            throw new InferenceException(
                $"the prompt has {prompt.Count} tokens, but the model's context is {engine.Config.ContextLength}; shorten the prompt");
        }

        return Tokens(prompt, options, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => engine.Dispose();

    private IEnumerable<int> Tokens(IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken cancellation)
    {
        var sampler = new Sampler(options.Sampling);
        var limit = Math.Min(options.MaximumTokens, engine.Config.ContextLength - prompt.Count);
        using var sequence = engine.NewSequence();
        var logits = new float[engine.Config.VocabularySize];
        var next = prompt.ToArray();
        for (var i = 0; i < limit; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            engine.Forward([new(sequence, next)], logits);
            // Rows beyond the tokenizer's vocabulary only pad the matrix; they are never text.
            var id = sampler.Choose(logits.AsSpan(0, tokenizer.VocabularySize));
            if (id == tokenizer.EndOfTextId || endIds.Contains(id))
            {
                yield break;
            }

            yield return id;
            next = [id];
        }
    }
}
