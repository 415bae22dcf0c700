using System.Collections.Frozen;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using OlmoSharp.Evaluation.Endpoints;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Models;

/// <summary>
/// A model behind an OpenAI-compatible service: likelihoods from the log-probabilities with which <c>completions</c> repeats a prompt, texts from <c>completions</c>, chats from
/// <c>chat/completions</c>. A request that stays without an answer is a failure of its own; a service that answers none ends the run.
/// </summary>
public sealed class EndpointModel : IEvaluatedModel
{
    // OpenAI takes no more; what others would take is found in the text here.
    private const int MostStops = 4;

    // After so many failures in a row the service is not there any more, and each further request would only take all its retries.
    private const int MostFailuresInARow = 20;

    private const string ProbeContext = "The quick brown fox";
    private const string ProbeContinuation = " jumps over the lazy dog.";

    private readonly OpenAIEndpoint _endpoint;
    private readonly EndpointModelSettings _settings;
    private readonly SemaphoreSlim _probing = new(1);
    // How many tokens are asked for after a prompt that is scored; −1 before the service is tried.
    private int _generated = -1;
    private int _failuresInARow;
    private volatile bool _hasAnswered;
    private long _tokensAsked;

    /// <summary>Prepares to ask a model; nothing is sent yet.</summary>
    /// <param name="options">The service and the model's name there.</param>
    /// <param name="settings">How to ask.</param>
    /// <exception cref="EvaluationException">The settings do not fit each other.</exception>
    public EndpointModel(EndpointOptions options, EndpointModelSettings settings)
    {
        if (settings.Tokenizer is null && (settings.Template is not null || settings.ContextLength is not null))
        {
            throw new EvaluationException($"{(settings.Template is null ? "a context length (--context)" : "a chat template")} needs the model's tokenizer (--tokenizer): without one the service makes tokens of texts");
        }

        (_endpoint, _settings) = (new(options), settings);
        var name = string.Create(CultureInfo.InvariantCulture, $"{options.Model} at {options.Address.ToString().TrimEnd('/')}");
        Settings = new Dictionary<string, string>
        {
            ["engine"] = "endpoint",
            ["address"] = options.Address.ToString().TrimEnd('/'),
            ["model"] = options.Model,
            ["prompts"] = settings.Tokenizer is null ? "text" : "ids",
            ["tokenizer"] = settings.Tokenizer?.Sha256 ?? "the service's",
            ["context_length"] = settings.ContextLength?.ToString(CultureInfo.InvariantCulture) ?? "the service's",
            ["beginning_of_text"] = settings.Tokenizer is null ? "the service's" : "none",
            ["prefix_token"] = settings.Tokenizer?.EndOfTextId.ToString(CultureInfo.InvariantCulture) ?? "none",
            ["chat_template"] = settings.Template?.Name ?? "the service's",
        }.ToFrozenDictionary();
        var identity = string.Join('\n', Settings.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}\t{pair.Value}").Append(settings.Template?.Source ?? ""));
        Identity = new(name, Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(identity))), "endpoint");
    }

    /// <inheritdoc/>
    public ModelIdentity Identity { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <inheritdoc/>
    public long TokensAsked => Interlocked.Read(ref _tokensAsked);

    /// <summary>0: what a service computes is not known.</summary>
    public long TokensComputed => 0;

    /// <summary>Whether it can be asked tasks in this way, as far as that is known before anything is sent.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <exception cref="EvaluationException">It cannot; the message names the task and what to do.</exception>
    public void Check(IEnumerable<BuiltTask> tasks)
    {
        foreach (var task in tasks)
        {
            foreach (var request in task.Requests.Where(request => request.Messages is not null))
            {
                CheckChat(task.Spec, request);
            }
        }
    }

    /// <inheritdoc/>
    public async Task AnswerAsync(TaskSpec spec, IReadOnlyList<EvaluationRequest> requests, Action<int, RequestAnswer> answered, CancellationToken cancellation)
    {
        if (requests.Any(IsScored))
        {
            await ProbeAsync(cancellation).ConfigureAwait(false);
        }

        var tokens = Tokens(spec, requests.Any(IsScored));
        var telling = new Lock();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _settings.Parallel, CancellationToken = cancellation };
        await Parallel.ForEachAsync(Enumerable.Range(0, requests.Count), parallel, async (place, stop) =>
        {
            var answer = await AnswerAsync(spec, tokens, requests[place], stop).ConfigureAwait(false);
            lock (telling)
            {
                answered(place, answer);
            }
        }).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _endpoint.Dispose();
        _probing.Dispose();
        return default;
    }

    private static bool IsScored(EvaluationRequest request) => request.Kind != RequestKind.GenerateUntil;

    private void CheckChat(TaskSpec spec, EvaluationRequest request)
    {
        const string remedy = "give the model's tokenizer and chat template (--tokenizer, --chat-template), with which chats are sent as prompts";
        if (_settings is { Tokenizer: not null, Template: not null })
        {
            return;
        }

        if (IsScored(request))
        {
            throw new EvaluationException($"{spec.Name}: a chat API gives no likelihood of an answer; {remedy}, or take the task's plain form");
        }

        if (request.AnswerPrefix.Length > 0)
        {
            throw new EvaluationException($"{spec.Name}: the assistant's answer is to begin with \"{request.AnswerPrefix}\", but a chat API begins a new one; {remedy}");
        }
    }

    private RequestTokens? Tokens(TaskSpec spec, bool isScored)
    {
        if (_settings.Tokenizer is not { } tokenizer)
        {
            return null;
        }

        // The last token of a scored prompt is sent too, and perhaps one is generated; a local model does not read it.
        var taken = isScored ? 1 + _generated : 0;
        var room = _settings.ContextLength - taken;
        if (room < 1)
        {
            throw new EvaluationException($"{spec.Name}: a context of {_settings.ContextLength} tokens (--context) leaves no room, for the service takes {taken} of them; give its true limit");
        }

        return new(tokenizer, new() { MaxLength = Math.Min(spec.MaxLength, room ?? int.MaxValue), PrefixId = tokenizer.EndOfTextId }, _settings.Template, Identity.Name);
    }

    private async Task<RequestAnswer> AnswerAsync(TaskSpec spec, RequestTokens? tokens, EvaluationRequest request, CancellationToken cancellation)
    {
        if (request.Messages is not null)
        {
            CheckChat(spec, request);
        }

        try
        {
            var answer = IsScored(request)
                ? await ScoreAsync(tokens, request, cancellation).ConfigureAwait(false)
                : await GenerateAsync(tokens, request, cancellation).ConfigureAwait(false);
            _hasAnswered = true;
            Interlocked.Exchange(ref _failuresInARow, 0);
            return answer;
        }
        catch (EndpointException error) when (error.Failure is EndpointFailure.Passing or EndpointFailure.Unreadable || (error.Failure == EndpointFailure.Refused && !_hasAnswered))
        {
            // One refusal is of one request; refusals of all that was asked so far are of how it is asked.
            return Interlocked.Increment(ref _failuresInARow) < MostFailuresInARow
                ? RequestAnswer.Failed(error.Message)
                : throw new EvaluationException($"{MostFailuresInARow} requests in a row stayed without an answer, the last: {error.Message}. What was answered is kept; the same command goes on there", error);
        }
        catch (EvaluationException error) when (error is not EndpointException { Failure: EndpointFailure.Final })
        {
            return RequestAnswer.Failed(error.Message);
        }
    }

    private async Task<RequestAnswer> ScoreAsync(RequestTokens? tokens, EvaluationRequest request, CancellationToken cancellation)
    {
        if (tokens is null)
        {
            var isWhole = request.Kind == RequestKind.LoglikelihoodRolling;
            var context = isWhole ? "" : request.Context;
            var continuation = request.Continuation ?? (isWhole ? request.Context : throw new EvaluationException("a request for a likelihood has no continuation"));
            return Answer([await ScoreTextAsync(context, continuation, _generated, cancellation).ConfigureAwait(false)], 0);
        }

        IReadOnlyList<EncodedRequest> windows;
        lock (tokens)
        {
            windows = tokens.Windows(request);
        }

        List<EchoedScore> scores = [];
        foreach (var window in windows)
        {
            scores.Add(await ScoreIdsAsync(window, _generated, cancellation).ConfigureAwait(false));
        }

        return Answer(scores, windows.Sum(window => window.Dropped));
    }

    private static RequestAnswer Answer(List<EchoedScore> scores, int dropped) => new()
    {
        LogLikelihood = scores.Sum(score => score.LogLikelihood),
        ScoredTokens = scores.Sum(score => score.Tokens),
        IsGreedy = scores.Exists(score => score.IsGreedy == false) ? false : scores.Exists(score => score.IsGreedy is null) ? null : true,
        ContextTokens = scores.Count == 0 ? 0 : scores[0].ContextTokens,
        DroppedTokens = dropped,
    };

    private async Task<EchoedScore> ScoreTextAsync(string context, string continuation, int generated, CancellationToken cancellation)
    {
        // White space at the context's end is the continuation's, as where ids are made here.
        var border = PythonText.StripEnd(context).Length;
        var prompt = context + continuation;
        return border < prompt.Length
            ? EchoedPrompt.ScoreText(Counted(await _endpoint.CompleteAsync(prompt, Echo(generated), cancellation).ConfigureAwait(false)), prompt, border, generated)
            : throw new EvaluationException("the continuation is empty");
    }

    private async Task<EchoedScore> ScoreIdsAsync(EncodedRequest window, int generated, CancellationToken cancellation) => EchoedPrompt.ScoreIds(
        Counted(await _endpoint.CompleteAsync(window.Tokens, Echo(generated), cancellation).ConfigureAwait(false)), window.Tokens.Count, window.ContextLength, generated);

    private static EndpointRequest Echo(int generated) => new() { MaximumTokens = generated, LogProbabilities = 1, Echo = true };

    private async Task<RequestAnswer> GenerateAsync(RequestTokens? tokens, EvaluationRequest request, CancellationToken cancellation)
    {
        var generation = request.Generation!;
        var stops = generation.Stop ?? [];
        var asked = new EndpointRequest
        {
            MaximumTokens = generation.MaxTokens!.Value,
            Temperature = generation.Temperature ?? 0,
            TopP = generation.TopP ?? 1,
            Stop = [.. stops.Take(MostStops)],
            Seed = generation.Temperature > 0 ? request.Seed : null,
        };
        EndpointText text;
        var prompt = new EncodedRequest([], 0, 0);
        if (tokens is not null && (request.Messages is null || _settings.Template is not null))
        {
            int most;
            string failure;
            lock (tokens)
            {
                prompt = tokens.Prompt(request, out most, out failure);
            }

            if (failure.Length > 0)
            {
                return RequestAnswer.Failed(failure);
            }

            text = await _endpoint.CompleteAsync(prompt.Tokens, asked with { MaximumTokens = most }, cancellation).ConfigureAwait(false);
        }
        else
        {
            text = request.Messages is { } messages
                ? await _endpoint.ChatAsync([.. messages.Select(message => new EndpointMessage(message.Role.ToString().ToLowerInvariant(), message.Text))], asked, cancellation).ConfigureAwait(false)
                : await _endpoint.CompleteAsync(request.Context, asked, cancellation).ConfigureAwait(false);
        }

        var end = stops.Select(stop => text.Text.IndexOf(stop, StringComparison.Ordinal)).Where(place => place >= 0).DefaultIfEmpty(-1).Min();
        Counted(text);
        return new RequestAnswer
        {
            Text = end < 0 ? text.Text : text.Text[..end],
            Finish = end < 0 ? text.FinishReason : "stop",
            GeneratedTokens = text.GeneratedTokens ?? 0,
            ContextTokens = prompt.Tokens.Count > 0 ? prompt.Tokens.Count : text.PromptTokens ?? 0,
            DroppedTokens = prompt.Dropped,
        };
    }

    private EndpointText Counted(EndpointText text)
    {
        Interlocked.Add(ref _tokensAsked, (text.PromptTokens ?? 0) + (text.GeneratedTokens ?? 0));
        return text;
    }

    /// <summary>Finds out once how the service gives log-probabilities of a prompt, if it does.</summary>
    private async Task ProbeAsync(CancellationToken cancellation)
    {
        await _probing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            for (var generated = 0; _generated < 0; generated++)
            {
                try
                {
                    await ProbeAsync(generated, cancellation).ConfigureAwait(false);
                    _generated = generated;
                }
                catch (EvaluationException error) when (error is not EndpointException { Failure: EndpointFailure.Passing or EndpointFailure.Final })
                {
                    // Some services refuse to generate nothing.
                    if (generated == 1)
                    {
                        throw new EvaluationException($"{Identity.Name} gives no log-probabilities of a prompt, by which likelihoods are scored; run generation tasks with it. It was asked to repeat one (echo, logprobs): {error.Message}", error);
                    }
                }
            }
        }
        finally
        {
            _probing.Release();
        }
    }

    private async Task ProbeAsync(int generated, CancellationToken cancellation)
    {
        if (_settings.Tokenizer is not { } tokenizer)
        {
            await ScoreTextAsync(ProbeContext, ProbeContinuation, generated, cancellation).ConfigureAwait(false);
            return;
        }

        var ids = tokenizer.Encode(ProbeContext + ProbeContinuation);
        var answer = await _endpoint.CompleteAsync(ids, Echo(generated), cancellation).ConfigureAwait(false);
        EchoedPrompt.ScoreIds(answer, ids.Length, 1, generated);
        if (!answer.Text.Contains(ProbeContinuation, StringComparison.Ordinal))
        {
            throw new EndpointException(EndpointFailure.Final, $"{Identity.Name} reads the ids of \"{ProbeContext}{ProbeContinuation}\" as \"{answer.Text}\": the tokenizer is not the model's, or the service does not repeat prompts (echo)");
        }
    }
}
