using System.Globalization;
using System.Text.Json;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Statistics;

namespace OlmoSharp.Evaluation.Judging;

/// <summary>
/// Asks a judge which of two answers is better, in both orders by default, since judges prefer a place (Zheng et al. 2023). AlpacaEval asks once in a random order and weighs by the judge's
/// probabilities of its one token; endpoints seldom give these, so here a verdict is 1, 0 or, where the two orders disagree or the judge says so, 1/2.
/// </summary>
/// <param name="judge">The judge.</param>
/// <param name="prompt">How it is asked.</param>
public sealed class PairwiseJudging(Judge judge, PairwisePrompt prompt)
{
    /// <summary>How often the judge is asked for each document.</summary>
    public int QuestionsEach => judge.Settings.Order == JudgeOrder.Both ? 2 : 1;

    /// <summary>Judges a task, and writes results and verdicts into its folder.</summary>
    /// <param name="task">The judged answers.</param>
    /// <param name="against">The others.</param>
    /// <param name="report">Told how many questions have a reply, from any thread.</param>
    /// <param name="cancellation">Stops; replies stay in the log.</param>
    /// <exception cref="EvaluationException">The judge gives no reply, or none that can be read.</exception>
    public async Task<JudgeResult> RunAsync(JudgedTask task, ReferenceAnswers against, Action<int> report, CancellationToken cancellation)
    {
        var verdicts = await judge.JudgeAllAsync(
            JudgeResult.FolderOf(task.Folder), task.Answers.Count, QuestionsEach, (place, chat, stop) => JudgeAsync(chat, task.Answers[place], against.Texts[place], stop), report, cancellation).ConfigureAwait(false);
        InstanceScore[] instances = [.. task.Answers.Select((answer, place) => Instance(answer, verdicts[place].Verdict, verdicts[place].Failure))];
        List<int> scored = [.. Enumerable.Range(0, instances.Length).Where(place => instances[place].Metrics.Count > 0)];
        var settings = judge.Described;
        settings["order"] = judge.Settings.Order.ToString().ToLowerInvariant();
        settings["seed"] = judge.Settings.Seed.ToString(CultureInfo.InvariantCulture);
        settings["against_hash"] = against.Hash;
        var result = Summary(task, instances, [.. verdicts.Select(verdict => verdict.Verdict)], scored, against) with
        {
            Settings = settings,
            Against = against.Name,
            Prompt = JsonSerializer.SerializeToElement(prompt, EvaluationResults.Options),
            Hash = JudgeText.Hash([task.TaskHash, .. settings.Values, JsonSerializer.Serialize(prompt)]),
        };
        result.Write(task.Folder, instances);
        return result;
    }

    /// <summary>Judges a document; one without an answer is lost, and not asked about.</summary>
    internal async Task<PairwiseVerdict> JudgeAsync(JudgeChat chat, JudgedAnswer answer, string reference, CancellationToken cancellation)
    {
        if (answer.Text is not { } text)
        {
            return new PairwiseVerdict(0, [], []);
        }

        bool[] orders = judge.Settings.Order == JudgeOrder.Both ? [true, false] : [IsFirst(answer)];
        var replies = new List<string>();
        var preferred = new List<double?>();
        var preferences = new List<double?>();
        foreach (var first in orders)
        {
            var (system, user) = prompt.Messages(answer.Instruction, first ? text : reference, first ? reference : text);
            var reply = await chat(system, user, cancellation).ConfigureAwait(false);
            var preference = prompt.Read(reply);
            replies.Add(reply);
            preferred.Add(preference);
            preferences.Add(first ? preference : 1 - preference);
        }

        return new PairwiseVerdict(preferences.Contains(null) ? null : preferences.Average(), preferred, replies);
    }

    // By the document and the seed alone, so that neither order nor number of documents matters.
    private bool IsFirst(JudgedAnswer answer) => Convert.ToInt32(JudgeText.Hash(FormattableString.Invariant($"{judge.Settings.Seed}"), answer.Instruction)[..1], 16) % 2 == 0;

    private static InstanceScore Instance(JudgedAnswer answer, PairwiseVerdict? verdict, string? failure) => new()
    {
        DocumentId = answer.DocumentId,
        NativeId = answer.NativeId,
        Metrics = verdict?.Preference is { } preference ? new Dictionary<string, double> { [JudgeResult.WinRateMetric] = preference } : [],
        Texts = verdict?.Replies,
        Failure = failure ?? (answer.Text is null ? "the model gave no answer" : verdict!.Preference is null ? "the verdict cannot be read" : null),
    };

    private static JudgeResult Summary(JudgedTask task, InstanceScore[] instances, PairwiseVerdict?[] verdicts, List<int> scored, ReferenceAnswers against)
    {
        if (scored.Count == 0)
        {
            throw new EvaluationException($"{task.Task}: none of the judge's {instances.Length} verdicts can be read; the first reply: \"{verdicts.FirstOrDefault(verdict => verdict is { Replies.Count: > 0 })?.Replies[0].ReplaceLineEndings(" ")}\"");
        }

        double[] preferences = [.. scored.Select(place => verdicts[place]!.Preference!.Value)];
        // A model that does not answer loses, however long its answer would have been.
        List<int> compared = [.. scored.Where(place => task.Answers[place].Text is not null)];
        double[] lengths = [.. scored.Select(place => (double)PythonText.Length(task.Answers[place].Text ?? against.Texts[place]))];
        double[] others = [.. scored.Select(place => (double)PythonText.Length(against.Texts[place]))];
        var rate = SampleMean.Of(preferences);
        var control = LengthControl.Fit(preferences, [.. lengths.Zip(others, (own, other) => own - other)]);
        return new JudgeResult
        {
            Created = DateTimeOffset.UtcNow,
            Version = EvaluationResults.OwnVersion,
            Kind = "pairwise",
            Task = task.Task,
            Model = task.Model,
            Settings = new Dictionary<string, string>(),
            Prompt = default,
            Hash = "",
            Metrics = new Dictionary<string, MetricScore>
            {
                [JudgeResult.ControlledMetric] = new(control.ControlledWinRate, control.StandardError, scored.Count),
                [JudgeResult.WinRateMetric] = new(rate.Mean, rate.StandardError, rate.Count),
            },
            Documents = instances.Length,
            Unanswered = task.Answers.Count(answer => answer.Text is null),
            Unreadable = verdicts.Count(verdict => verdict is { Preference: null }),
            Failures = verdicts.Count(verdict => verdict is null),
            Wins = preferences.Count(preference => preference > 0.5),
            Ties = preferences.Count(preference => preference == 0.5),
            Losses = preferences.Count(preference => preference < 0.5),
            LowestWinRate = preferences.Sum() / instances.Length,
            HighestWinRate = (preferences.Sum() + instances.Length - scored.Count) / instances.Length,
            PositionBias = compared.Count > 0 ? Bias([.. compared.Select(place => verdicts[place]!)]) : null,
            LengthEffect = control.LengthEffect,
            Length = lengths.Average(),
            AgainstLength = others.Average(),
        };
    }

    private static PositionBias Bias(IReadOnlyList<PairwiseVerdict> verdicts)
    {
        var first = SampleMean.Of([.. verdicts.Select(verdict => verdict.FirstPreferred.Average()!.Value)]);
        return new PositionBias(
            new(first.Mean, first.StandardError, first.Count),
            verdicts[0].FirstPreferred.Count == 2 ? verdicts.Average(verdict => verdict.FirstPreferred[0] == 1 - verdict.FirstPreferred[1] ? 1.0 : 0.0) : null);
    }
}
