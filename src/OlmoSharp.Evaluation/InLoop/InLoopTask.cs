using System.Text.Json.Serialization;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.InLoop;

/// <summary>A task of a run in training.</summary>
public sealed record InLoopTask
{
    /// <summary>What the run calls it: the name that was asked for, or the full name of a suite's member.</summary>
    public required string Label { get; init; }

    /// <summary>The figure of the log that is the task's score.</summary>
    public string Figure => InLoopFigures.Name(Label, Task.Spec.Metric);

    /// <summary>What guessing scores; null where that is not defined.</summary>
    public double? Chance => TaskScorer.Chance(Task, Task.Spec.Metric);

    /// <summary>How many documents are asked.</summary>
    public int Documents => Task.Documents.Count;

    /// <summary>How many requests are longer than the model's context and lose their beginning.</summary>
    public int Truncated { get; init; }

    /// <summary>Whether more of the score is better.</summary>
    public bool IsHigherBetter => MetricNames.IsHigherBetter(Task.Spec.Metric);

    /// <summary>The task's hash, as that of the results of <c>olmo eval run</c>.</summary>
    public string Hash => Task.Spec.Hash;

    /// <summary>Tokens of all its requests, each alone.</summary>
    [JsonIgnore]
    public long Tokens { get; init; }

    /// <summary>The task with its requests.</summary>
    [JsonIgnore]
    internal BuiltTask Task { get; init; } = null!;

    /// <summary>Encodes a task's requests for a model, so that what cannot be asked shows before training.</summary>
    /// <exception cref="EvaluationException">None of its documents can be answered, or never by a model in training.</exception>
    internal static InLoopTask Of(string label, BuiltTask task, RequestEncoder encoder)
    {
        if (task.Spec.Scoring == AnswerScoring.Judge || task.Requests.Any(request => request.Messages is not null))
        {
            throw new EvaluationException($"{label}: {(task.Spec.Scoring == AnswerScoring.Judge ? "only a judge can score it" : "it asks in the form of a chat")}, so that it cannot be asked during training; evaluate checkpoints with olmo eval run");
        }

        var (truncated, tokens) = (0, 0L);
        HashSet<int> failed = [];
        string? failure = null;
        foreach (var request in task.Requests)
        {
            try
            {
                var encoded = request.Kind == RequestKind.LoglikelihoodRolling ? null : encoder.Encode(request, task.Spec);
                if (encoded?.ContextLength == 0)
                {
                    throw new EvaluationException($"the continuation leaves no room for its context in {encoded.Tokens.Count - 1} tokens");
                }

                tokens += encoded?.Tokens.Count ?? encoder.EncodeRolling(request.Continuation ?? request.Context).Sum(window => window.Tokens.Count);
                truncated += encoded?.Dropped > 0 ? 1 : 0;
            }
            catch (EvaluationException error)
            {
                failed.Add(request.DocumentId);
                failure ??= error.Message;
            }
        }

        return failed.Count == task.Documents.Count
            ? throw new EvaluationException($"{label}: none of its {failed.Count} documents can be answered by this model; the first: {failure}")
            : new InLoopTask { Label = label, Task = task, Truncated = truncated, Tokens = tokens };
    }
}
