using OlmoSharp.Inference.Engines;
using OlmoSharp.Models;
using OlmoSharp.Tokenization;
using static TorchSharp.torch;

namespace OlmoSharp.Inference.Generation;

/// <summary>
/// Continues text with a model. What a prompt has in common with the one before is not computed again. Not thread-safe.
/// </summary>
public sealed class TextGenerator : IDisposable
{
    private readonly IInferenceEngine _engine;
    private readonly KeptPrefix _prefix;
    private readonly int[] _endIds;
    private readonly SpeculativeDecoder? _speculative;
    private float[] _logits = [];

    /// <summary>Generates with an engine.</summary>
    /// <param name="engine">Runs the model; the generator disposes it.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="endIds">Ids that end a text, beside the tokenizer's end of text.</param>
    /// <exception cref="InferenceException">The tokenizer has ids that the model has not.</exception>
    public TextGenerator(IInferenceEngine engine, Tokenizer tokenizer, params IReadOnlyList<int> endIds)
        : this(engine, tokenizer, null, endIds)
    {
    }

    /// <summary>Generates with an engine, faster with a draft model.</summary>
    /// <param name="engine">Runs the model; the generator disposes it.</param>
    /// <param name="tokenizer">The tokenizer of both models.</param>
    /// <param name="draft">A small model that proposes tokens; null: none. The text at temperature 0, and at others its distribution, are the same with and without.</param>
    /// <param name="endIds">Ids that end a text, beside the tokenizer's end of text.</param>
    /// <exception cref="InferenceException">The tokenizer has ids that a model has not.</exception>
    public TextGenerator(IInferenceEngine engine, Tokenizer tokenizer, DraftModel? draft, params IReadOnlyList<int> endIds)
    {
        CheckVocabulary(engine, tokenizer, "model");
        _engine = engine;
        _prefix = new(engine);
        _endIds = [tokenizer.EndOfTextId, .. endIds];
        Tokenizer = tokenizer;
        if (draft is not null)
        {
            CheckVocabulary(draft.Engine, tokenizer, "draft model");
            _speculative = new(engine, draft, tokenizer.VocabularySize);
        }
    }

    /// <summary>What runs the model.</summary>
    public IInferenceEngine Engine => _engine;

    /// <summary>Its tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>The model as it was loaded; null where the engine came from elsewhere.</summary>
    public LoadedModel? Model { get; private init; }

    /// <summary>Loads a model with its tokenizer.</summary>
    /// <param name="path">A Hugging Face model folder, a checkpoint, which is one, or a <c>.gguf</c> file.</param>
    /// <param name="device">Where to compute with libtorch; null: the CPU.</param>
    /// <param name="engine">What computes; null: the native engine, or libtorch where a device is given.</param>
    /// <param name="draft">The path of a small model that proposes tokens; null: none.</param>
    public static TextGenerator Load(string path, Device? device = null, EngineKind? engine = null, string? draft = null)
    {
        var model = LoadedModel.Load(path, device, engine);
        LoadedModel? drafting = null;
        try
        {
            if (draft is not null)
            {
                drafting = LoadedModel.Load(draft, device, engine);
                CheckTokens(model.Tokenizer, drafting.Tokenizer, draft);
            }

            return new(model.Engine, model.Tokenizer, drafting is null ? null : new DraftModel(drafting.Engine), model.EndIds) { Model = model };
        }
        catch
        {
            drafting?.Engine.Dispose();
            model.Engine.Dispose();
            throw;
        }
    }

    /// <summary>The ids of a prompt: a document starts after an end-of-text token; special tokens in the text are ordinary text.</summary>
    public IReadOnlyList<int> Encode(string prompt) => [Tokenizer.EndOfTextId, .. Tokenizer.Encode(prompt)];

    /// <summary>Generates text piece by piece, until the model ends the document or the limit is reached.</summary>
    /// <param name="prompt">What comes before; see <see cref="Encode"/>.</param>
    /// <param name="options">How much and how.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <returns>Pieces of whole characters; together they are the continuation without the prompt.</returns>
    /// <exception cref="InferenceException">The prompt leaves no room in the model's context.</exception>
    public IEnumerable<string> Continue(string prompt, GenerationOptions options, CancellationToken cancellation = default) =>
        Generate(Encode(prompt), options with { Samples = 1 }, cancellation).Select(step => step.Text).Where(text => text.Length > 0);

    /// <summary>Generates tokens one by one, until the model ends the document or the limit is reached; the end is not returned.</summary>
    /// <param name="prompt">Ids before, at least one.</param>
    /// <param name="options">How much and how.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <exception cref="InferenceException">The prompt leaves no room in the model's context.</exception>
    public IEnumerable<int> ContinueTokens(IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken cancellation = default) =>
        Generate(prompt, options with { Samples = 1 }, cancellation).Select(step => step.Id).OfType<int>();

    /// <summary>Generates as many texts of a prompt as the options say.</summary>
    /// <param name="prompt">Ids before, at least one.</param>
    /// <param name="options">How much and how.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <returns>The texts, in the order of their numbers.</returns>
    /// <exception cref="InferenceException">The prompt leaves no room in the model's context.</exception>
    public IReadOnlyList<GenerationResult> Complete(IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken cancellation = default) =>
        GenerationResult.Collect(Generate(prompt, options, cancellation), options);

    /// <summary>Generates as many texts of a prompt as the options say, token by token.</summary>
    /// <param name="prompt">Ids before, at least one.</param>
    /// <param name="options">How much and how.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <returns>The tokens of all texts as they come; the last of each text says why it ended.</returns>
    /// <exception cref="InferenceException">The prompt leaves no room in the model's context, or an option is out of range.</exception>
    public IEnumerable<GenerationStep> Generate(IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(prompt.Count);
        options.Validate();
        var limit = LimitOf(_engine.Config, prompt.Count, options);
        if (limit == 0)
        {
            return Enumerable.Range(0, options.Samples).Select(sample => new GenerationStep(sample, null, "", null, FinishReason.Length));
        }

        GeneratedSequence[] texts = [.. Enumerable.Range(0, options.Samples).Select(sample => new GeneratedSequence(Tokenizer, _endIds, options, prompt, limit, sample))];
        return _speculative is null
            ? texts.Chunk(AtOnce(prompt.Count, limit)).SelectMany(group => Decode(prompt, group, cancellation))
            : texts.SelectMany(text => _speculative.Decode(prompt, text, _prefix, cancellation));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _speculative?.Dispose();
        _prefix.Dispose();
        _engine.Dispose();
    }

    /// <summary>Refuses a tokenizer with more ids than a model.</summary>
    internal static void CheckVocabulary(IInferenceEngine engine, Tokenizer tokenizer, string what)
    {
        if (engine.Config.VocabularySize < tokenizer.VocabularySize)
        {
            throw new InferenceException(
                $"the tokenizer has {tokenizer.VocabularySize} ids, but the {what} only {engine.Config.VocabularySize}; they do not belong together");
        }
    }

    /// <summary>How many tokens may follow a prompt.</summary>
    /// <exception cref="InferenceException">The prompt leaves no room in the model's context.</exception>
    internal static int LimitOf(ModelConfig config, int prompt, GenerationOptions options)
    {
        var room = config.ContextLength - prompt;
        // Nothing needs no room.
        return room > 0 || (room == 0 && options.MaximumTokens == 0)
            ? Math.Min(options.MaximumTokens, room)
            : throw new InferenceException($"the prompt has {prompt} tokens, but the model's context is {config.ContextLength}; shorten the prompt");
    }

    private static void CheckTokens(Tokenizer tokenizer, Tokenizer draft, string path)
    {
        if (tokenizer.Sha256 != draft.Sha256
            && (tokenizer.VocabularySize != draft.VocabularySize
                || Enumerable.Range(0, tokenizer.VocabularySize).Any(id => !tokenizer.DecodeToBytes([id]).SequenceEqual(draft.DecodeToBytes([id])))))
        {
            throw new InferenceException($"{path}: the draft model has another tokenizer than the model, so that its tokens would mean something else; take one with the same");
        }
    }

    /// <summary>How many texts the caches have room for; a sequence may take up to a page more than it has tokens.</summary>
    private int AtOnce(int prompt, int limit)
    {
        const int page = 64;
        return Math.Max(1, (_engine.Positions - prompt - page) / (limit + page));
    }

    private IEnumerable<GenerationStep> Decode(IReadOnlyList<int> prompt, GeneratedSequence[] texts, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        List<int> tokens = [.. prompt];
        var sequences = new IEngineSequence[texts.Length];
        var first = sequences[0] = _prefix.Take(prompt);
        try
        {
            Forward([new(first, prompt.Skip(first.Length).ToArray())]);
            for (var i = 1; i < texts.Length; i++)
            {
                sequences[i] = first.Fork();
            }

            // Buffers of the texts that go on; a text's token is the input of the next pass.
            List<EngineInput> inputs = [];
            var next = new int[texts.Length];
            var rows = new int[texts.Length];
            var going = Enumerable.Range(0, texts.Length).ToList();
            while (going.Count > 0)
            {
                inputs.Clear();
                foreach (var i in going)
                {
                    cancellation.ThrowIfCancellationRequested();
                    var step = texts[i].Next(Row(rows[i]));
                    rows[i] = -1;
                    if (step.Finish is null)
                    {
                        next[i] = step.Id!.Value;
                        rows[i] = inputs.Count;
                        inputs.Add(new(sequences[i], next.AsMemory(i, 1)));
                    }

                    if (i == 0 && step.Id is { } id)
                    {
                        tokens.Add(id);
                    }

                    yield return step;
                }

                going.RemoveAll(i => rows[i] < 0);
                if (going.Count > 0)
                {
                    Forward(inputs);
                }
            }
        }
        finally
        {
            _prefix.Return(first, tokens);
            foreach (var sequence in sequences.Skip(1))
            {
                sequence?.Dispose();
            }
        }
    }

    /// <summary>The one place where logits are computed.</summary>
    private void Forward(IReadOnlyList<EngineInput> inputs)
    {
        var size = inputs.Sum(input => input.LogitRows) * _engine.Config.VocabularySize;
        if (_logits.Length < size)
        {
            _logits = new float[size];
        }

        _engine.Forward(inputs, _logits.AsSpan(0, size));
    }

    /// <summary>The logits of an input; rows beyond the tokenizer's vocabulary only pad the matrix and are never text.</summary>
    private ReadOnlySpan<float> Row(int row) => _logits.AsSpan(row * _engine.Config.VocabularySize, Tokenizer.VocabularySize);
}
