using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Tests.Runs;

/// <summary>A model that answers by a function, counts what it is asked, and may break down.</summary>
internal sealed class ScriptedModel(Func<EvaluationRequest, RequestAnswer> answer) : IEvaluatedModel
{
    public ModelIdentity Identity { get; init; } = new("scripted", "0123456789abcdef-scripted", "scripted");

    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string> { ["kind"] = "scripted" };

    public long TokensAsked => Asked.Count;

    public long TokensComputed => Asked.Count;

    /// <summary>What was asked, in order.</summary>
    public List<EvaluationRequest> Asked { get; } = [];

    /// <summary>How many answers it gives before it breaks down.</summary>
    public int Strength { get; set; } = int.MaxValue;

    public Task AnswerAsync(TaskSpec spec, IReadOnlyList<EvaluationRequest> requests, Action<int, RequestAnswer> answered, CancellationToken cancellation)
    {
        for (var i = 0; i < requests.Count; i++)
        {
            if (Strength-- == 0)
            {
                throw new OperationCanceledException();
            }

            Asked.Add(requests[i]);
            answered(i, answer(requests[i]));
        }

        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => default;
}
