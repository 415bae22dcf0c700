using System.Text.Json.Serialization;
using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Tasks;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Evaluation.InLoop;

/// <summary>A task of a run in training.</summary>
public sealed record InLoopTask
{
    /// <summary>What the run calls it: the name that was asked for, or the full name of a suite's member.</summary>
    public required string Label { get; init; }

    /// <summary>The figure of the log that is the task's score.</summary>
    public string Figure => InLoopFigures.Name(Label, Metric);

    /// <summary>What guessing scores; null where that is not defined.</summary>
    public double? Chance => TaskScorer.Chance(Task, Metric);

    /// <summary>How many documents are asked.</summary>
    public int Documents => Task.Documents.Count;

    /// <summary>How many requests are longer than the model's context and lose their beginning.</summary>
    public int Truncated { get; init; }

    /// <summary>How many documents cannot be answered, because they do not fit the model's context: wrong in accuracies, left out of other metrics.</summary>
    public int Failures { get; init; }

    /// <summary>Whether more of <see cref="Figure"/> is better.</summary>
    public bool IsHigherBetter => MetricNames.IsHigherBetter(Metric) && !InLoopFigures.IsNegated(Metric);

    /// <summary>The task's hash, as that of the results of <c>olmo eval run</c>.</summary>
    public string Hash => Task.Spec.Hash;

    /// <summary>Tokens of all its requests, each alone.</summary>
    [JsonIgnore]
    public long Tokens { get; init; }

    /// <summary>The metric that is the score, by the name that its scores have.</summary>
    [JsonIgnore]
    internal string Metric { get; init; } = "";

    /// <summary>Why the first of <see cref="Failures"/> cannot be answered; null if there is none.</summary>
    [JsonIgnore]
    internal string? FirstFailure { get; init; }

    /// <summary>The task with its requests.</summary>
    [JsonIgnore]
    internal BuiltTask Task { get; init; } = null!;

    /// <summary>Refuses what no model in training can be asked, whatever its tokenizer.</summary>
    /// <param name="label">What the run calls the task.</param>
    /// <param name="task">The task.</param>
    /// <param name="contextLength">The model's context.</param>
    /// <exception cref="EvaluationException">It needs a judge or a chat, or its answers leave no room for a prompt.</exception>
    internal static void RequireAskable(string label, BuiltTask task, int contextLength)
    {
        if (task.Spec.Scoring == AnswerScoring.Judge || task.Requests.Any(request => request.Messages is not null))
        {
            throw new EvaluationException($"{label}: {(task.Spec.Scoring == AnswerScoring.Judge ? "only a judge can score it" : "it asks in the form of a chat")}, so that it cannot be asked during training; evaluate checkpoints with olmo eval run");
        }

        if (task.Requests.FirstOrDefault(request => request.Kind == RequestKind.GenerateUntil) is { } generated
            && RequestTokens.WhyNoPromptFits(generated, Math.Min(task.Spec.MaxLength, contextLength)) is { } reason)
        {
            throw new EvaluationException($"{label}: {reason}");
        }
    }

    /// <summary>Encodes a task's requests for a model as an evaluation does, and scores a document with answers that are made up, so that what cannot be asked or scored shows before training.</summary>
    /// <exception cref="EvaluationException">None of its documents can be answered, or never by a model in training; its metric is none of its scores; or it runs programs, which cannot be run here.</exception>
    internal static InLoopTask Of(string label, BuiltTask task, Tokenizer tokenizer, int contextLength)
    {
        RequireAskable(label, task, contextLength);
        var requests = new RequestTokens(tokenizer, new EncodingPolicy { MaxLength = Math.Min(task.Spec.MaxLength, contextLength), PrefixId = tokenizer.EndOfTextId }, null, "a model in training");
        var (truncated, tokens) = (0, 0L);
        HashSet<int> failed = [];
        string? failure = null;
        foreach (var request in task.Requests)
        {
            try
            {
                var encoded = Encode(requests, request);
                tokens += encoded.Sum(window => window.Tokens.Count);
                truncated += encoded.Any(window => window.Dropped > 0) ? 1 : 0;
            }
            catch (EvaluationException error)
            {
                failed.Add(request.DocumentId);
                failure ??= error.Message;
            }
        }

        return failed.Count == task.Documents.Count
            ? throw new EvaluationException($"{label}: none of its {failed.Count} documents can be answered by this model; the first: {failure}")
            : new InLoopTask
            {
                Label = label,
                Task = task,
                Metric = MetricOf(task, Enumerable.Range(0, task.Documents.Count).First(id => !failed.Contains(id))),
                Truncated = truncated,
                Failures = failed.Count,
                FirstFailure = failure,
                Tokens = tokens,
            };
    }

    private static IReadOnlyList<EncodedRequest> Encode(RequestTokens tokens, EvaluationRequest request)
    {
        if (request.Kind != RequestKind.GenerateUntil)
        {
            return tokens.Windows(request);
        }

        var prompt = tokens.Prompt(request, out _, out var failure);
        return failure.Length > 0 ? throw new EvaluationException(failure) : [prompt];
    }

    /// <summary>The metric that is the task's score, as scoring a document finds it. Programs are asked for here, too.</summary>
    private static string MetricOf(BuiltTask task, int document)
    {
        var one = task with { Documents = [task.Documents[document]], Requests = [.. task.Requests.Where(request => request.DocumentId == document).Select(request => request with { DocumentId = 0 })] };
        List<RequestAnswer> answers = [.. one.Requests.Select(request => request.Kind == RequestKind.GenerateUntil
            ? new RequestAnswer { Text = "" }
            : new RequestAnswer { LogLikelihood = -1, ScoredTokens = 1, IsGreedy = false })];
        return TaskScorer.Summarize(one, TaskScorer.ScoreAsync(one, answers, CancellationToken.None).GetAwaiter().GetResult(), answers).Metric;
    }
}
