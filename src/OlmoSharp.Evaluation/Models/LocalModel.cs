using System.Collections.Frozen;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Tasks;
using OlmoSharp.Inference;
using OlmoSharp.Inference.Chat;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Sampling;
using OlmoSharp.Inference.Scheduling;
using OlmoSharp.Inference.Scoring;
using OlmoSharp.Inference.Torch;
using OlmoSharp.Models;
using OlmoSharp.Tokenization;
using OlmoSharp.Tokenization.ChatTemplates;

namespace OlmoSharp.Evaluation.Models;

/// <summary>A model of this machine: a folder or a GGUF file, on one of our engines. What contexts have in common is computed once.</summary>
public sealed class LocalModel : IEvaluatedModel
{
    // Tokens after which answers are told: what a kill may cost.
    private const int TokensAChunk = 8192;

    private readonly RequestScheduler _scheduler;
    private readonly Func<IReadOnlyList<ContinuationPair>, CancellationToken, Task<IReadOnlyList<ContinuationScore>>> _score;
    private readonly TransformerLikelihood? _likelihood;
    private readonly ChatTemplate? _template;
    private readonly int _contextLength;
    private long _tokensAsked;

    private LocalModel(LoadedModel model, ModelIdentity identity, ChatTemplate? template)
    {
        Identity = identity;
        _template = template ?? model.ChatTemplate;
        _contextLength = model.Engine.Config.ContextLength;
        // Nobody waits for single tokens, so that passes may be as large as engines are best at.
        _scheduler = new(model, new() { PromptTokensPerPass = 512 });
        _score = _scheduler.ScoreAsync;
        Settings = new Dictionary<string, string>
        {
            ["engine"] = identity.Kind,
            ["tokenizer"] = model.Tokenizer.Sha256,
            ["context_length"] = _contextLength.ToString(CultureInfo.InvariantCulture),
            ["beginning_of_text"] = "none",
            ["prefix_token"] = model.Tokenizer.EndOfTextId.ToString(CultureInfo.InvariantCulture),
            ["chat_template"] = _template?.Name ?? "none",
        }.ToFrozenDictionary();
    }

    /// <summary>A model in memory, with likelihoods by its own forward pass.</summary>
    private LocalModel(Transformer model, Tokenizer tokenizer, string name)
        : this(new LoadedModel(new TorchEngine(model, leavesModel: true), tokenizer, []), new(name, "", "torch"), null)
    {
        var likelihood = _likelihood = new TransformerLikelihood(model);
        _score = (pairs, cancellation) => Task.FromResult(likelihood.Score(pairs, cancellation));
    }

    /// <inheritdoc/>
    public ModelIdentity Identity { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <inheritdoc/>
    public long TokensAsked => Interlocked.Read(ref _tokensAsked);

    /// <inheritdoc/>
    public long TokensComputed => _scheduler.Statistics is var done ? done.ScoredTokens + done.PromptTokens + done.GeneratedTokens + (_likelihood?.TokensComputed ?? 0) : 0;

    /// <summary>The model's tokenizer.</summary>
    public Tokenizer Tokenizer => _scheduler.Tokenizer;

    /// <summary>Takes a model that is in memory and somebody else's, such as one in training: nothing is copied, likelihoods are computed within <c>AnswerAsync</c> one chunk after another, and disposing leaves the model.</summary>
    /// <param name="model">The model; it must not change while requests are answered.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="name">What to call it.</param>
    internal static LocalModel Of(Transformer model, Tokenizer tokenizer, string name) => new(model, tokenizer, name);

    /// <summary>Loads a model.</summary>
    /// <param name="path">A model folder or a <c>.gguf</c> file.</param>
    /// <param name="engine">What computes; null: the native engine.</param>
    /// <param name="template">How conversations are written: a built-in template's name or a file; null: as the model says.</param>
    /// <exception cref="EvaluationException">There is no such model.</exception>
    public static LocalModel Load(string path, EngineKind? engine = null, string? template = null)
    {
        var kind = engine == EngineKind.Torch ? "torch" : "native";
        var files = ModelFiles.Hash(path);
        var model = LoadedModel.Load(path, engine: engine);
        try
        {
            var chosen = ChatTemplateChoice.Find(model, template);
            // Another engine or template is another model: its answers must not be taken for this one's.
            var asked = template is null ? "" : File.Exists(template) ? File.ReadAllText(template) : template;
            var hash = Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes($"{files}\n{kind}\n{asked}")));
            return new(model, new(path, hash, kind), chosen);
        }
        catch
        {
            model.Engine.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task AnswerAsync(TaskSpec spec, IReadOnlyList<EvaluationRequest> requests, Action<int, RequestAnswer> answered, CancellationToken cancellation)
    {
        var policy = new EncodingPolicy { MaxLength = Math.Min(spec.MaxLength, _contextLength), PrefixId = _scheduler.Tokenizer.EndOfTextId };
        var tokens = new RequestTokens(_scheduler.Tokenizer, policy, _template, Identity.Name);
        var scored = Enumerable.Range(0, requests.Count).Where(i => requests[i].Kind != RequestKind.GenerateUntil).ToList();
        await ScoreAsync(tokens, requests, scored, answered, cancellation).ConfigureAwait(false);
        var generated = Enumerable.Range(0, requests.Count).Where(i => requests[i].Kind == RequestKind.GenerateUntil).ToList();
        await GenerateAsync(tokens, requests, generated, answered, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _scheduler.DisposeAsync();

    private async Task ScoreAsync(
        RequestTokens tokens, IReadOnlyList<EvaluationRequest> requests, List<int> places, Action<int, RequestAnswer> answered, CancellationToken cancellation)
    {
        List<(int Place, IReadOnlyList<EncodedRequest> Windows)> chunk = [];
        var (pending, last) = (0L, (EncodedRequest?)null);
        foreach (var place in places)
        {
            IReadOnlyList<EncodedRequest> windows;
            try
            {
                windows = tokens.Windows(requests[place]);
            }
            catch (EvaluationException error)
            {
                answered(place, RequestAnswer.Failed(error.Message));
                continue;
            }

            chunk.Add((place, windows));
            foreach (var window in windows)
            {
                pending += window.Tokens.Count - Common(last, window);
                last = window;
            }

            if (pending >= TokensAChunk)
            {
                await FlushAsync().ConfigureAwait(false);
            }
        }

        await FlushAsync().ConfigureAwait(false);

        async Task FlushAsync()
        {
            if (chunk.Count == 0)
            {
                return;
            }

            var pairs = chunk.SelectMany(item => item.Windows).Select(window => new ContinuationPair(
                [.. window.Tokens.Take(window.ContextLength)], [.. window.Tokens.Skip(window.ContextLength)])).ToList();
            var scores = await _score(pairs, cancellation).ConfigureAwait(false);
            var next = 0;
            foreach (var (place, windows) in chunk)
            {
                var own = scores.Skip(next).Take(windows.Count).ToList();
                next += windows.Count;
                Interlocked.Add(ref _tokensAsked, windows.Sum(window => window.Tokens.Count - 1));
                answered(place, new RequestAnswer
                {
                    LogLikelihood = own.Sum(score => score.Sum),
                    ScoredTokens = own.Sum(score => score.LogProbabilities.Count),
                    IsGreedy = own.TrueForAll(score => score.IsGreedy),
                    ContextTokens = windows.Count == 0 ? 0 : windows[0].ContextLength,
                    DroppedTokens = windows.Sum(window => window.Dropped),
                });
            }

            chunk.Clear();
            (pending, last) = (0, null);
        }
    }

    private async Task GenerateAsync(
        RequestTokens tokens, IReadOnlyList<EvaluationRequest> requests, List<int> places, Action<int, RequestAnswer> answered, CancellationToken cancellation)
    {
        const int atOnce = 32;
        Dictionary<Task<RequestAnswer>, int> running = [];
        foreach (var place in places)
        {
            cancellation.ThrowIfCancellationRequested();
            if (running.Count == atOnce)
            {
                await TellAsync().ConfigureAwait(false);
            }

            running.Add(AnswerAsync(tokens, requests[place], cancellation), place);
        }

        while (running.Count > 0)
        {
            await TellAsync().ConfigureAwait(false);
        }

        async Task TellAsync()
        {
            var done = await Task.WhenAny(running.Keys).ConfigureAwait(false);
            running.Remove(done, out var place);
            answered(place, await done.ConfigureAwait(false));
        }
    }

    private async Task<RequestAnswer> AnswerAsync(RequestTokens tokens, EvaluationRequest request, CancellationToken cancellation)
    {
        var generation = request.Generation!;
        var prompt = tokens.Prompt(request, out var most, out var failure);
        if (failure.Length > 0)
        {
            return RequestAnswer.Failed(failure);
        }

        try
        {
            var results = await _scheduler.CompleteAsync(prompt.Tokens, new GenerationOptions
            {
                MaximumTokens = most,
                StopStrings = generation.Stop ?? [],
                Sampling = new SamplingOptions
                {
                    Temperature = generation.Temperature ?? 0,
                    TopP = generation.TopP ?? 1,
                    Seed = request.Seed,
                },
            }, cancellation).ConfigureAwait(false);
            Interlocked.Add(ref _tokensAsked, prompt.Tokens.Count + results[0].Ids.Count);
            return new RequestAnswer
            {
                Text = results[0].Text,
                Finish = results[0].Finish.ToString().ToLowerInvariant(),
                GeneratedTokens = results[0].Ids.Count,
                ContextTokens = prompt.Tokens.Count,
                DroppedTokens = prompt.Dropped,
            };
        }
        catch (InferenceException error)
        {
            return RequestAnswer.Failed(error.Message);
        }
    }

    private static int Common(EncodedRequest? left, EncodedRequest right)
    {
        if (left is null)
        {
            return 0;
        }

        var most = Math.Min(left.Tokens.Count, right.Tokens.Count);
        var common = 0;
        while (common < most && left.Tokens[common] == right.Tokens[common])
        {
            common++;
        }

        return common;
    }
}
