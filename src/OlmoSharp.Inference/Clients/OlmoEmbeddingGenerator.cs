using Microsoft.Extensions.AI;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Scheduling;

namespace OlmoSharp.Inference.Clients;

/// <summary>
/// Vectors of texts from a model in this process as <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/>: the mean of its hidden states after the last norm, of length 1. A model that was
/// trained to write, not to embed, tells near texts from far ones only roughly. Thread-safe.
/// </summary>
public sealed class OlmoEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>, IAsyncDisposable
{
    private readonly RequestScheduler _scheduler;
    private readonly bool _ownsScheduler;
    private readonly EmbeddingGeneratorMetadata _metadata;

    /// <summary>Uses a model that others may use too.</summary>
    /// <param name="scheduler">Runs the model; it stays the caller's.</param>
    /// <param name="modelId">What the model is called in answers; null: olmo.</param>
    public OlmoEmbeddingGenerator(RequestScheduler scheduler, string? modelId = null)
        : this(scheduler, modelId, ownsScheduler: false)
    {
    }

    private OlmoEmbeddingGenerator(RequestScheduler scheduler, string? modelId, bool ownsScheduler)
    {
        (_scheduler, _ownsScheduler) = (scheduler, ownsScheduler);
        _metadata = new(ModelName.Provider, defaultModelId: modelId ?? ModelName.Default, defaultModelDimensions: scheduler.Model.Engine.Config.HiddenSize);
    }

    /// <summary>Loads a model.</summary>
    /// <param name="path">A Hugging Face model folder, a checkpoint, which is one, or a <c>.gguf</c> file.</param>
    /// <param name="options">How calls share the engine; null: as <see cref="SchedulerOptions"/> has it.</param>
    /// <exception cref="Models.ModelException">The path holds no sound model.</exception>
    /// <exception cref="InferenceException">The model does not fit into memory.</exception>
    public static OlmoEmbeddingGenerator Load(string path, SchedulerOptions? options = null)
    {
        var model = LoadedModel.Load(path);
        try
        {
            return new(new RequestScheduler(model, options), ModelName.Of(path), ownsScheduler: true);
        }
        catch
        {
            model.Engine.Dispose();
            throw;
        }
    }

    /// <summary>Makes vectors.</summary>
    /// <param name="values">The texts.</param>
    /// <param name="options">How; <see cref="EmbeddingGenerationOptions.RawRepresentationFactory"/> may give an <see cref="EmbeddingPooling"/>.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>The vectors, in the order of the texts.</returns>
    /// <exception cref="InferenceException">A text is longer than the model's context, or an option is not supported.</exception>
    /// <exception cref="QueueFullException">Too many calls wait.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var pooling = Pooling(options);
        // As prompts do, texts begin after an end-of-text token; so none is empty.
        int[][] texts = [.. values.Select(text => (int[])[_scheduler.Tokenizer.EndOfTextId, .. _scheduler.Tokenizer.Encode(text)])];
        var vectors = await _scheduler.EmbedAsync(texts, pooling, cancellationToken).ConfigureAwait(false);
        var (created, tokens) = (DateTimeOffset.UtcNow, texts.Sum(text => (long)text.Length));
        return new(vectors.Select(vector => new Embedding<float>(vector) { CreatedAt = created, ModelId = _metadata.DefaultModelId }))
        {
            Usage = new() { InputTokenCount = tokens, TotalTokenCount = tokens },
        };
    }

    /// <summary>Gives this generator, its <see cref="EmbeddingGeneratorMetadata"/>, <see cref="RequestScheduler"/> or <see cref="LoadedModel"/>.</summary>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null : new object[] { this, _metadata, _scheduler, _scheduler.Model }.FirstOrDefault(serviceType.IsInstanceOfType);
    }

    /// <summary>Ends running calls with an error and frees the model, where this generator loaded it.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Ends running calls with an error and frees the model, where this generator loaded it.</summary>
    public ValueTask DisposeAsync() => _ownsScheduler ? _scheduler.DisposeAsync() : ValueTask.CompletedTask;

    private EmbeddingPooling Pooling(EmbeddingGenerationOptions? options)
    {
        var size = _metadata.DefaultModelDimensions;
        if (options?.Dimensions is { } dimensions && dimensions != size)
        {
            throw new InferenceException($"{nameof(EmbeddingGenerationOptions)}.{nameof(options.Dimensions)} is {dimensions}, but this model's vectors have {size}");
        }

        if (options?.ModelId is { } wanted && wanted != _metadata.DefaultModelId)
        {
            throw new InferenceException($"{nameof(EmbeddingGenerationOptions)}.{nameof(options.ModelId)} is '{wanted}', but this generator has '{_metadata.DefaultModelId}' only");
        }

        if (options?.AdditionalProperties is { Count: > 0 } more)
        {
            throw new InferenceException($"{nameof(EmbeddingGenerationOptions)}.{nameof(options.AdditionalProperties)}['{more.Keys.First()}'] is set, but this generator knows none");
        }

        return options?.RawRepresentationFactory?.Invoke(this) switch
        {
            null => EmbeddingPooling.Mean,
            EmbeddingPooling pooling => pooling,
            var other => throw new InferenceException($"{nameof(options.RawRepresentationFactory)} gives a {other.GetType()}, but this generator takes an {nameof(EmbeddingPooling)}"),
        };
    }
}
