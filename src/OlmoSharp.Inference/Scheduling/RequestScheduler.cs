using System.Runtime.CompilerServices;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Scoring;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Inference.Scheduling;

/// <summary>
/// Serves any number of callers with one engine by continuous batching: requests join the running batch as there is room and leave it as they end, and every pass over the weights
/// serves all that run. On the native engine each answer is bit by bit that of the request alone. Thread-safe.
/// </summary>
/// <remarks>
/// First come, first served; prompts are computed in pieces beside the texts being generated and share the passes. A text that finds no memory takes the place of the prefix cache, then of the text that
/// began last, which keeps its tokens and is computed again when there is room.
/// </remarks>
public sealed class RequestScheduler : IAsyncDisposable
{
    private readonly IInferenceEngine _engine;
    private readonly EngineLoop _loop;
    private readonly Task _thread;

    /// <summary>Starts to serve.</summary>
    /// <param name="model">The model; the scheduler disposes its engine, which nobody else may use.</param>
    /// <param name="options">How to share the engine; null: as <see cref="SchedulerOptions"/> has it.</param>
    /// <exception cref="InferenceException">An option is out of range, or the tokenizer has ids that the model has not.</exception>
    public RequestScheduler(LoadedModel model, SchedulerOptions? options = null)
    {
        options ??= new();
        options.Validate();
        TextGenerator.CheckVocabulary(model.Engine, model.Tokenizer, "model");
        _engine = model.Engine;
        Model = model;
        _loop = new(model, options);
        _thread = Task.Factory.StartNew(_loop.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The model. Its engine is the scheduler's alone.</summary>
    public LoadedModel Model { get; }

    /// <summary>Its tokenizer.</summary>
    public Tokenizer Tokenizer => Model.Tokenizer;

    /// <summary>What it is doing and has done.</summary>
    public SchedulerStatistics Statistics => _loop.Read();

    /// <summary>Generates as many texts of a prompt as the options say, token by token. The request is made when the first step is asked for.</summary>
    /// <param name="prompt">Ids before, at least one.</param>
    /// <param name="options">How much and how.</param>
    /// <param name="cancellation">Gives the request up; so does leaving the enumeration.</param>
    /// <returns>The tokens of all texts as they come; the last of each text says why it ended. The first step throws <see cref="QueueFullException"/> where too many wait.</returns>
    /// <exception cref="InferenceException">The prompt leaves no room in the model's context, has a token that is none of the model's, or could never fit into the engine's memory, or an option is out of range.</exception>
    public IAsyncEnumerable<GenerationStep> GenerateAsync(IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(prompt.Count);
        options.Validate();
        var limit = TextGenerator.LimitOf(_engine.Config, prompt.Count, options);
        int[] tokens = [.. prompt];
        RequireTokens(tokens, "the prompt");
        RequireRoom(_loop.PositionsFor(tokens.Length + Math.Max(limit, 1) - 1), $"{tokens.Length} tokens of prompt and {limit} of text");
        return limit == 0 ? Nothing(options.Samples) : ReadAsync(tokens, options, limit, cancellation);
    }

    /// <summary>Generates as many texts of a prompt as the options say.</summary>
    /// <param name="prompt">Ids before, at least one.</param>
    /// <param name="options">How much and how.</param>
    /// <param name="cancellation">Gives the request up.</param>
    /// <returns>The texts, in the order of their numbers.</returns>
    /// <exception cref="InferenceException">As for <see cref="GenerateAsync"/>.</exception>
    /// <exception cref="QueueFullException">Too many requests wait.</exception>
    public async Task<IReadOnlyList<GenerationResult>> CompleteAsync(IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken cancellation = default)
    {
        List<GenerationStep> steps = [];
        await foreach (var step in GenerateAsync(prompt, options, cancellation).ConfigureAwait(false))
        {
            steps.Add(step);
        }

        return GenerationResult.Collect(steps, options);
    }

    /// <summary>Scores continuations by their likelihood; see <see cref="LikelihoodScorer"/>.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="cancellation">Gives the request up.</param>
    /// <returns>The scores in the order of the pairs.</returns>
    /// <exception cref="InferenceException">A pair has no context or no continuation, has a token that is none of the model's, or is longer than the model's context or the engine's memory.</exception>
    /// <exception cref="QueueFullException">Too many requests wait.</exception>
    public Task<IReadOnlyList<ContinuationScore>> ScoreAsync(IReadOnlyList<ContinuationPair> pairs, CancellationToken cancellation = default)
    {
        if (pairs.Count == 0)
        {
            return Task.FromResult<IReadOnlyList<ContinuationScore>>([]);
        }

        var run = new ScoringRun(_engine, ContinuationTree.Build(pairs, _engine.Config), _loop.PositionsFor);
        RequireRoom(run.LeastPositions, "the longest pair");
        return RunAsync(arrival => new ScoringJob(arrival, run, cancellation), cancellation);
    }

    /// <summary>Makes vectors of texts from the model's hidden states after the last norm.</summary>
    /// <param name="texts">Ids of each, at least one.</param>
    /// <param name="pooling">How one vector is made of a text's.</param>
    /// <param name="cancellation">Gives the request up.</param>
    /// <returns>[hidden size] for each text, of length 1.</returns>
    /// <exception cref="InferenceException">A text is empty, has a token that is none of the model's, or is longer than the model's context or the engine's memory.</exception>
    /// <exception cref="QueueFullException">Too many requests wait.</exception>
    public Task<IReadOnlyList<float[]>> EmbedAsync(
        IReadOnlyList<IReadOnlyList<int>> texts, EmbeddingPooling pooling = EmbeddingPooling.Mean, CancellationToken cancellation = default)
    {
        if (texts.Count == 0)
        {
            return Task.FromResult<IReadOnlyList<float[]>>([]);
        }

        int[][] tokens = [.. texts.Select(text => text.ToArray())];
        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i].Length == 0 || tokens[i].Length > _engine.Config.ContextLength)
            {
                throw new InferenceException($"text {i} has {tokens[i].Length} tokens, but must have 1 to {_engine.Config.ContextLength}, the model's context; shorten or split it");
            }

            RequireTokens(tokens[i], $"text {i}");
            RequireRoom(_loop.PositionsFor(tokens[i].Length), $"text {i}");
        }

        return RunAsync(arrival => new EmbeddingJob(arrival, _engine, tokens, _loop.PositionsFor, pooling, cancellation), cancellation);
    }

    /// <summary>Refuses further requests, ends those that there are with an error, and frees the engine.</summary>
    public async ValueTask DisposeAsync()
    {
        _loop.Close();
        await _thread.ConfigureAwait(false);
    }

    private static async IAsyncEnumerable<GenerationStep> Nothing(int samples)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        for (var sample = 0; sample < samples; sample++)
        {
            yield return new(sample, null, "", null, FinishReason.Length);
        }
    }

    private async IAsyncEnumerable<GenerationStep> ReadAsync(
        int[] prompt, GenerationOptions options, int limit, CancellationToken requested, [EnumeratorCancellation] CancellationToken enumerating = default)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(requested, enumerating);
        var cancellation = linked.Token;
        cancellation.ThrowIfCancellationRequested();
        var request = _loop.Submit(prompt, options, limit);
        // The engine's thread is to hear of it even while the reader does something else.
        using var registration = cancellation.UnsafeRegister(static request => ((GenerationRequest)request!).Cancel(), request);
        var isRead = false;
        try
        {
            while (await request.WaitAsync(cancellation).ConfigureAwait(false))
            {
                while (request.TryRead(out var step))
                {
                    cancellation.ThrowIfCancellationRequested();
                    yield return step;
                }
            }

            isRead = true;
        }
        finally
        {
            if (!isRead)
            {
                request.Cancel();
            }
        }
    }

    private async Task<IReadOnlyList<T>> RunAsync<T>(Func<long, ResultJob<T>> create, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var job = _loop.Submit(create);
        using var registration = cancellation.UnsafeRegister(
            static state =>
            {
                var (job, loop) = ((ResultJob<T>, EngineLoop))state!;
                job.Cancel();
                loop.Wake();
            },
            (job, _loop));
        return await job.Results.ConfigureAwait(false);
    }

    private void RequireTokens(int[] tokens, string what)
    {
        var foreign = Array.FindIndex(tokens, token => (uint)token >= (uint)_engine.Config.VocabularySize);
        if (foreign >= 0)
        {
            throw new InferenceException(
                $"{what} has token {tokens[foreign]} at place {foreign}, which is none of the model's: it has 0 to {_engine.Config.VocabularySize - 1}; is the tokenizer another model's?");
        }
    }

    private void RequireRoom(int positions, string what)
    {
        if (positions > _engine.Positions)
        {
            throw new InferenceException(
                $"{what} may need {positions} cached positions, but the engine has {_engine.Positions} in all; shorten the prompt, ask for fewer tokens, or give the engine more positions");
        }
    }
}
