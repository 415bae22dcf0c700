using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Models;

/// <summary>A model that answers requests.</summary>
public interface IEvaluatedModel : IAsyncDisposable
{
    /// <summary>Which model.</summary>
    ModelIdentity Identity { get; }

    /// <summary>How the model was asked, for the results: name and value of every setting that may change answers.</summary>
    IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Tokens that the requests so far would have taken one by one; 0 where it is not known.</summary>
    long TokensAsked { get; }

    /// <summary>Tokens that were computed for them.</summary>
    long TokensComputed { get; }

    /// <summary>Answers requests.</summary>
    /// <param name="spec">The task that they are of.</param>
    /// <param name="requests">The requests.</param>
    /// <param name="answered">Told of each answer as soon as there is one, with the request's place; never by two threads at once.</param>
    /// <param name="cancellation">Stops; answers that were told stay.</param>
    /// <exception cref="EvaluationException">The model cannot answer such requests.</exception>
    Task AnswerAsync(TaskSpec spec, IReadOnlyList<EvaluationRequest> requests, Action<int, RequestAnswer> answered, CancellationToken cancellation);
}
