using OlmoSharp.Inference.Sampling;
using OlmoSharp.Models;
using OlmoSharp.Models.Gguf;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Tokenization;
using static TorchSharp.torch;

namespace OlmoSharp.Inference.Generation;

/// <summary>Continues text with a model.</summary>
/// <param name="model">The model; the generator disposes it.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="endIds">Ids that end a text, beside the tokenizer's end of text.</param>
public sealed class TextGenerator(Transformer model, Tokenizer tokenizer, params IReadOnlyList<int> endIds) : IDisposable
{
    /// <summary>The model.</summary>
    public Transformer Model => model;

    /// <summary>Its tokenizer.</summary>
    public Tokenizer Tokenizer => tokenizer;

    /// <summary>Loads a model with its tokenizer.</summary>
    /// <param name="path">A Hugging Face model folder, a checkpoint, which is one, or a <c>.gguf</c> file.</param>
    /// <param name="device">Where to compute; null: the CPU.</param>
    public static TextGenerator Load(string path, Device? device = null)
    {
        if (GgufFile.IsNamedSo(path))
        {
            var (model, json) = GgufModel.Load(path, device);
            return new(model, Tokenizer.Parse(json, path));
        }

        var tokenizer = Tokenizer.Load(path);
        var endIds = GenerationConfig.Read(path).EndIds;
        return new(ModelFolder.Load(path, device), tokenizer, endIds);
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
        if (prompt.Count >= model.Config.ContextLength)
        {
            throw new InferenceException(
                $"the prompt has {prompt.Count} tokens, but the model's context is {model.Config.ContextLength}; shorten the prompt");
        }

        return Tokens(prompt, options, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();

    private IEnumerable<int> Tokens(IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken cancellation)
    {
        var sampler = new Sampler(options.Sampling);
        var limit = Math.Min(options.MaximumTokens, model.Config.ContextLength - prompt.Count);
        using var cache = model.NewCache(batch: 1, prompt.Count + limit);
        var next = prompt;
        for (var i = 0; i < limit; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var id = sampler.Choose(NextLogits(next, cache));
            if (id == tokenizer.EndOfTextId || endIds.Contains(id))
            {
                yield break;
            }

            yield return id;
            next = [id];
        }
    }

    private float[] NextLogits(IReadOnlyList<int> ids, Models.Layers.KeyValueCache cache)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var input = tensor([.. ids.Select(id => (long)id)], [1, ids.Count], device: model.Device);
        var hidden = model.Hidden(input, cache);
        var logits = model.Logits(hidden.select(1, -1)).to_type(ScalarType.Float32).cpu();
        // Rows beyond the tokenizer's vocabulary only pad the matrix; they are never text.
        return [.. logits.data<float>().ToArray().AsSpan(0, tokenizer.VocabularySize)];
    }
}
