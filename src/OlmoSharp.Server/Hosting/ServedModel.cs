using System.Security.Cryptography;
using System.Text;
using OlmoSharp.Inference;
using OlmoSharp.Inference.Constraints;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Sampling;
using OlmoSharp.Inference.Scheduling;
using OlmoSharp.Inference.Scoring;
using OlmoSharp.Server.Errors;
using OlmoSharp.Server.Requests;
using OlmoSharp.Server.Streaming;
using OlmoSharp.Tokenization;
using OlmoSharp.Tokenization.ChatTemplates;

namespace OlmoSharp.Server.Hosting;

/// <summary>The model as requests see it.</summary>
internal sealed class ServedModel : IAsyncDisposable
{
    private readonly LoadedModel _model;
    private readonly RequestScheduler _scheduler;
    private readonly int _mostAtOnce;
    private readonly ChatTemplate? _template;

    /// <summary>Serves a model.</summary>
    /// <param name="model">The model; it is disposed with this.</param>
    /// <param name="options">How.</param>
    public ServedModel(LoadedModel model, ServerOptions options)
    {
        _model = model;
        _mostAtOnce = options.MaximumRunning;
        _scheduler = new(model, new SchedulerOptions { MaximumRunning = options.MaximumRunning, MaximumWaiting = options.MaximumWaiting });
        _template = model.ChatTemplate;
        TurnEnd = _template?.FindTurnEnd(model.Tokenizer) ?? new([], []);
        Names = options.ModelNames;
        Context = Math.Min(options.MaximumContext ?? int.MaxValue, model.Engine.Config.ContextLength);
        Dimensions = model.Engine.Config.HiddenSize;
        Constraints = new(model.Tokenizer);
        // Of the same seed the same model, engine and program make the same text.
        var parts = $"{typeof(ServedModel).Assembly.GetName().Version}\n{model.Engine.GetType().Name}\n{model.Tokenizer.Sha256}\n{model.Engine.Config}";
        Fingerprint = $"fp_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(parts)).AsSpan(0, 5))}";
    }

    /// <summary>Names that requests may call it by.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The name in answers.</summary>
    public string Name => Names[0];

    /// <summary>Seconds since 1970 when the server started.</summary>
    public long Created { get; } = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>What beside the request the text depends on.</summary>
    public string Fingerprint { get; }

    /// <summary>Its tokenizer.</summary>
    public Tokenizer Tokenizer => _model.Tokenizer;

    /// <summary>Most tokens of prompt and text together.</summary>
    public int Context { get; }

    /// <summary>Numbers of an embedding.</summary>
    public int Dimensions { get; }

    /// <summary>Constraints of earlier requests.</summary>
    public ConstraintStore Constraints { get; }

    /// <summary>What the scheduler is doing and has done.</summary>
    public SchedulerStatistics Statistics => _scheduler.Statistics;

    /// <summary>Checks that a request means this model.</summary>
    /// <param name="body">The request.</param>
    /// <param name="isRequired">Whether it must name a model.</param>
    public void CheckName(Parameters body, bool isRequired)
    {
        const string key = "model";
        if ((isRequired ? body.RequireText(key) : body.Text(key)) is { } name)
        {
            CheckName(name);
        }
    }

    /// <summary>Checks that a name is this model's.</summary>
    public void CheckName(string name)
    {
        if (!Names.Contains(name))
        {
            throw ApiException.NotFound($"The model '{Parameters.Shorten(name)}' does not exist; this server has '{string.Join("', '", Names)}'.", "model_not_found", "model");
        }
    }

    /// <summary>The ids of a text: a document starts after an end-of-text token; special tokens in the text are ordinary text.</summary>
    public int[] Encode(string text) => [_model.Tokenizer.EndOfTextId, .. _model.Tokenizer.Encode(text)];

    /// <summary>How an answer of a chat ends, beside the model's own end.</summary>
    public TurnEnd TurnEnd { get; }

    /// <summary>The ids of a conversation as the chat template writes it, up to where the assistant speaks.</summary>
    public int[] Encode(IReadOnlyList<ChatTurn> messages)
    {
        const string param = "messages";
        if (_template is null)
        {
            throw ApiException.Invalid(param, "This model has no chat template; start the server with --chat-template, or use /v1/completions.", "no_chat_template");
        }

        try
        {
            return _template.Render(messages, addGenerationPrompt: true).Encode(Tokenizer);
        }
        catch (ChatTemplateException exception)
        {
            throw ApiException.Invalid(param, $"The model's chat template does not take these messages: {exception.Reason}.");
        }
    }

    /// <summary>Checks that there is room for a text after a prompt.</summary>
    /// <param name="param">Where the prompt comes from.</param>
    /// <param name="prompt">Tokens of the prompt.</param>
    /// <param name="asked">Tokens of the text; null: any number.</param>
    /// <returns>Tokens that there is room for.</returns>
    public int CheckRoom(string param, int prompt, long? asked)
    {
        var room = Context - prompt;
        return room >= (asked ?? 1) ? room : throw ApiException.ContextExceeded(param, asked is null
            ? $"This model's maximum context length is {Context} tokens, but your '{param}' has {prompt}, which leaves no room for an answer. Shorten it."
            : $"This model's maximum context length is {Context} tokens, but you asked for {prompt + asked.Value} ({prompt} in your '{param}', {asked} for the completion). Shorten one or the other.");
    }

    /// <summary>Checks that a text fits.</summary>
    public void CheckLength(string param, int tokens)
    {
        if (tokens > Context)
        {
            throw ApiException.ContextExceeded(param, $"This model's maximum context length is {Context} tokens, but your '{param}' has {tokens}. Shorten it.");
        }
    }

    /// <summary>Generates the texts of prompts.</summary>
    /// <param name="prompts">The prompts, with room for a token each.</param>
    /// <param name="options">How.</param>
    /// <param name="count">Counts the tokens.</param>
    /// <param name="cancellation">Stops them.</param>
    public async IAsyncEnumerable<PromptStep> GenerateAsync(
        IReadOnlyList<Prompt> prompts, GenerationOptions options, TokenCount count, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var step in PromptSteps.JoinAsync(prompts.Count, _mostAtOnce, (i, stop) => GenerateAsync(prompts[i], options, stop), cancellation))
        {
            count.Generated += step.Step.Id is null ? 0 : 1;
            count.Cached += step.Step.CachedPromptTokens;
            yield return step;
        }
    }

    /// <summary>Scores the tokens of prompts but the first of each.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="top">How many of the most probable tokens to tell.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<IReadOnlyList<IReadOnlyList<ChosenLogProbabilities>>> ScoreAsync(IReadOnlyList<Prompt> prompts, int top, CancellationToken cancellation)
    {
        // Rows that only pad the model's matrix are no tokens, and are left out of the most probable ones.
        var asked = top == 0 ? 0 : top + _model.Engine.Config.VocabularySize - Tokenizer.VocabularySize;
        var scores = await Fit(prompts[0].Param, () => _scheduler.ScoreAsync([.. prompts.Where(HasMore).Select(prompt => new ContinuationPair(prompt.Ids[..1], prompt.Ids[1..], asked))], cancellation));
        var next = 0;
        return [.. prompts.Select(prompt => HasMore(prompt) ? Tokens(prompt, scores[next++]) : [])];

        static bool HasMore(Prompt prompt) => prompt.Ids.Length > 1;

        ChosenLogProbabilities[] Tokens(Prompt prompt, ContinuationScore score) =>
        [
            .. score.LogProbabilities.Select((logProbability, i) => new ChosenLogProbabilities(
                new(prompt.Ids[i + 1], logProbability), top == 0 ? [] : [.. score.Top[i].Where(token => token.Id < Tokenizer.VocabularySize).Take(top)])),
        ];
    }

    /// <summary>Embeds texts.</summary>
    public Task<IReadOnlyList<float[]>> EmbedAsync(IReadOnlyList<Prompt> texts, CancellationToken cancellation) =>
        Fit("input", () => _scheduler.EmbedAsync([.. texts.Select(text => text.Ids)], cancellation: cancellation));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _scheduler.DisposeAsync();

    // Where the request did not say how many tokens, the context may have room for fewer than usual.
    private IAsyncEnumerable<GenerationStep> GenerateAsync(Prompt prompt, GenerationOptions options, CancellationToken cancellation) => Fit(
        prompt.Param, () => _scheduler.GenerateAsync(prompt.Ids, options with { MaximumTokens = Math.Min(options.MaximumTokens, Context - prompt.Ids.Length) }, cancellation));

    /// <summary>Begins work; what does not fit into the engine's memory is the request's fault.</summary>
    private static T Fit<T>(string param, Func<T> begin)
    {
        try
        {
            return begin();
        }
        catch (InferenceException exception) when (exception is not QueueFullException)
        {
            throw ApiException.ContextExceeded(param, $"{exception.Message}.");
        }
    }
}
