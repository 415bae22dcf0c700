using System.Collections.Concurrent;
using OlmoSharp.Evaluation.Calmqa.Generation;
using OlmoSharp.Evaluation.Endpoints;

namespace OlmoSharp.Evaluation.Judging;

/// <summary>A model behind an OpenAI-compatible service that judges, with a log of all its replies: a run that was stopped goes on, and nothing is asked twice.</summary>
/// <param name="options">The service and the model.</param>
/// <param name="settings">How it is asked.</param>
public sealed class Judge(EndpointOptions options, JudgeSettings settings) : IDisposable
{
    // A service that gives no answer at all is not asked everything.
    private const int Patience = 8;

    // After so many failures in a row the service is not there any more, and each further question would only take all its retries.
    private const int MostFailuresInARow = 20;

    private readonly OpenAIEndpoint _endpoint = new(options);
    private int _answers;
    private int _failures;
    private int _failuresInARow;

    /// <summary>The model's name.</summary>
    public string Name => options.Model;

    /// <summary>How it is asked.</summary>
    public JudgeSettings Settings => settings;

    /// <summary>What differs where replies to the same question may.</summary>
    internal string Fingerprint => FormattableString.Invariant($"{options.Address}\t{options.Model}\t{settings.MaximumTokens}\t{settings.Temperature}");

    /// <summary>Who judges and how, by the names that results have.</summary>
    internal Dictionary<string, string> Described => new()
    {
        ["judge"] = options.Model,
        ["endpoint"] = options.Address.ToString(),
        ["max_tokens"] = FormattableString.Invariant($"{settings.MaximumTokens}"),
        ["temperature"] = FormattableString.Invariant($"{settings.Temperature}"),
    };

    /// <summary>Asks for all of some documents, several at once.</summary>
    /// <param name="folder">The folder of the log.</param>
    /// <param name="count">How many documents.</param>
    /// <param name="questions">How often each is asked about, for the report: those that need no question, or whose question failed, count as if they had been asked.</param>
    /// <param name="judge">Judges one by its place; may ask several times.</param>
    /// <param name="report">Told how many questions have a reply, failed or are not needed, from any thread.</param>
    /// <param name="cancellation">Stops; replies stay in the log.</param>
    /// <returns>What was made of each document; a failure to get a reply is in the second part.</returns>
    /// <exception cref="EvaluationException">There was no reply at all, none any more, or the service refuses every request.</exception>
    internal async Task<IReadOnlyList<(T? Verdict, string? Failure)>> JudgeAllAsync<T>(
        string folder, int count, int questions, Func<int, JudgeChat, CancellationToken, Task<T>> judge, Action<int> report, CancellationToken cancellation)
        where T : class
    {
        using var log = new AnswerLog(Path.Combine(folder, $"log-{JudgeText.Hash(Fingerprint)[..8]}.jsonl"), Fingerprint);
        var replies = new ConcurrentDictionary<string, Lazy<Task<string>>>(log.Answers.Select(answer => KeyValuePair.Create(answer.Key, new Lazy<Task<string>>(Task.FromResult(answer.Value.Text)))));
        var results = new (T? Verdict, string? Failure)[count];
        var done = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = settings.AtOnce, CancellationToken = cancellation }, async (place, stop) =>
        {
            var asked = 0;
            try
            {
                results[place] = (await judge(place, AskCountedAsync, stop), null);
            }
            catch (EvaluationException error) when (error is not EndpointException { Failure: EndpointFailure.Final })
            {
                results[place] = (null, $"the judge gave no answer: {error.Message}");
                if (Interlocked.Increment(ref _failures) >= Math.Min(Patience, count) && Volatile.Read(ref _answers) == 0)
                {
                    throw new EvaluationException($"the judge answered none of {_failures} questions; {error.Message}", error);
                }

                if (error is EndpointException { Failure: EndpointFailure.Passing or EndpointFailure.Unreadable } && Interlocked.Increment(ref _failuresInARow) >= MostFailuresInARow)
                {
                    throw new EvaluationException($"{MostFailuresInARow} questions in a row stayed without a reply of the judge, the last: {error.Message}. What was answered is kept; the same command goes on there", error);
                }
            }

            if (asked < questions)
            {
                report(Interlocked.Add(ref done, questions - asked));
            }

            async Task<string> AskCountedAsync(string system, string user, CancellationToken end)
            {
                var reply = await AskAsync(system, user, end);
                asked++;
                return reply;
            }
        });
        return results;

        async Task<string> AskAsync(string system, string user, CancellationToken stop)
        {
            var key = JudgeText.Hash(system, user);
            var reply = await replies.GetOrAdd(key, _ => new Lazy<Task<string>>(() => ReplyAsync(log, key, system, user, stop))).Value;
            Interlocked.Increment(ref _answers);
            report(Interlocked.Increment(ref done));
            return reply;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _endpoint.Dispose();

    private async Task<string> ReplyAsync(AnswerLog log, string key, string system, string user, CancellationToken cancellation)
    {
        List<EndpointMessage> messages = system.Length > 0 ? [new("system", system), new("user", user)] : [new("user", user)];
        var reply = await _endpoint.ChatAsync(messages, new EndpointRequest { MaximumTokens = settings.MaximumTokens, Temperature = settings.Temperature }, cancellation);
        Interlocked.Exchange(ref _failuresInARow, 0);
        log.Append(key, new AnswerText(reply.Text, reply.FinishReason, reply.GeneratedTokens));
        return reply.Text;
    }
}
