using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Requests;

namespace OlmoSharp.Evaluation.Runs;

/// <summary>Has a model answer a task's requests.</summary>
internal static class TaskRun
{
    /// <summary>Asks what the log does not have yet; requests that ask the same are asked once.</summary>
    /// <param name="task">The task.</param>
    /// <param name="model">The model.</param>
    /// <param name="log">The log of both; null where nothing is to be kept.</param>
    /// <param name="report">Told how many requests have an answer.</param>
    /// <param name="cancellation">Stops; the log keeps what there is.</param>
    /// <returns>An answer to each request, in their order.</returns>
    public static async Task<IReadOnlyList<RequestAnswer>> RunAsync(
        BuiltTask task, IEvaluatedModel model, RequestLog? log, Action<int> report, CancellationToken cancellation)
    {
        var answers = new RequestAnswer[task.Requests.Count];
        var asked = new List<EvaluationRequest>();
        var places = new List<(string Key, List<int> Places)>();
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var done = 0;
        for (var i = 0; i < answers.Length; i++)
        {
            var key = RequestKey.Of(task.Requests[i]);
            if (log?.Find(key) is { } answer)
            {
                answers[i] = answer;
                done++;
            }
            else if (known.TryGetValue(key, out var place))
            {
                places[place].Places.Add(i);
            }
            else
            {
                known.Add(key, asked.Count);
                asked.Add(task.Requests[i]);
                places.Add((key, [i]));
            }
        }

        report(done);
        if (asked.Count > 0)
        {
            await model.AnswerAsync(task.Spec, asked, Answered, cancellation).ConfigureAwait(false);
        }

        return Array.IndexOf(answers, null) is var missing and >= 0
            ? throw new EvaluationException($"{task.Spec.Name}: the model gave no answer to request {missing}")
            : answers;

        void Answered(int place, RequestAnswer answer)
        {
            var (key, own) = places[place];
            if (answer.Failure is null)
            {
                log?.Append(key, answer);
            }

            own.ForEach(i => answers[i] = answer);
            done += own.Count;
            report(done);
        }
    }
}
