using System.Text.RegularExpressions;
using OlmoSharp.Evaluation.Documents;
using OlmoSharp.Evaluation.Metrics.MultipleChoice;
using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Perplexity;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Statistics;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Runs;

/// <summary>Makes scores of a task's answers.</summary>
internal static class TaskScorer
{
    /// <summary>All that is known of texts for a judge before it has judged: their length in code points.</summary>
    public const string LengthMetric = "num_chars";

    /// <summary>The scores of each document, in their order.</summary>
    /// <param name="task">The task.</param>
    /// <param name="answers">An answer to each request.</param>
    /// <param name="cancellation">Ends programs that are being run.</param>
    public static async Task<IReadOnlyList<InstanceScore>> ScoreAsync(BuiltTask task, IReadOnlyList<RequestAnswer> answers, CancellationToken cancellation)
    {
        var places = Enumerable.Range(0, answers.Count).ToLookup(i => task.Requests[i].DocumentId);
        InstanceScore[] scores = [.. task.Documents.Select((document, id) => Score(task, document, id, [.. places[id].Select(i => (task.Requests[i], answers[i]))]))];
        if (task.Spec.Scoring is AnswerScoring.HumanEval or AnswerScoring.Mbpp && task.Spec.Request != RequestKind.Loglikelihood)
        {
            List<int> run = [.. Enumerable.Range(0, scores.Length).Where(id => scores[id].Texts is not null)];
            var values = await CodeScorer.ScoreAsync(task.Spec, [.. run.Select(id => (task.Documents[id], scores[id].Texts!))], cancellation).ConfigureAwait(false);
            foreach (var (place, id) in run.Index())
            {
                scores[id] = scores[id] with { Metrics = values[place] };
            }
        }

        return scores;
    }

    /// <summary>The task's score and all others, from those of its documents.</summary>
    /// <param name="task">The task.</param>
    /// <param name="instances">The documents' scores.</param>
    /// <param name="answers">An answer to each request.</param>
    /// <exception cref="EvaluationException">No document has the task's metric.</exception>
    public static TaskResult Summarize(BuiltTask task, IReadOnlyList<InstanceScore> instances, IReadOnlyList<RequestAnswer> answers)
    {
        var isText = task.Spec.Request == RequestKind.LoglikelihoodRolling;
        var names = instances.SelectMany(instance => instance.Metrics.Keys).Distinct();
        var metrics = names.ToDictionary(name => name, name => Mean([.. instances.Where(instance => instance.Metrics.ContainsKey(name)).Select(instance => instance.Metrics[name])]));
        foreach (var (name, score) in isText ? CorpusLikelihood.Of(instances).Select(pair => (pair.Key, pair.Value)) : InstructionMetrics(instances))
        {
            metrics[name] = score;
        }

        var failures = instances.Count(instance => instance.Failure is not null);
        if (failures == instances.Count)
        {
            throw new EvaluationException($"{task.Spec.Name}: none of its {failures} documents could be answered; the first: {instances[0].Failure}");
        }

        if (isText && !instances.Any(CorpusLikelihood.IsScored))
        {
            throw new EvaluationException($"{task.Spec.Name}: none of its {instances.Count} texts has a token to score; correct {string.Join(", ", task.Files.SelectMany(files => files.Paths).Take(3))}");
        }

        var metric = MetricNames.Find(task.Spec.Metric, metrics.Keys)
            ?? (task.Spec.Scoring == AnswerScoring.Judge ? LengthMetric : throw new EvaluationException(
                $"{task.Spec.Name}: its metric is {task.Spec.Metric}, but answers are scored by {string.Join(", ", metrics.Keys.Order(StringComparer.Ordinal))}"));
        return new TaskResult
        {
            Name = task.Spec.Name,
            Hash = task.Spec.Hash,
            Metric = metric,
            Score = metrics[metric],
            Chance = Chance(task, metric),
            Metrics = metrics,
            Documents = instances.Count,
            Failures = failures,
            Requests = answers.Count,
            Truncated = answers.Count(answer => answer.DroppedTokens > 0),
            Files = [.. task.Files.SelectMany(files => files.Paths)],
            FewshotSha256 = task.FewshotSha256,
            Spec = task.Spec,
        };
    }

    /// <summary>What guessing scores in a task; null where that is not defined.</summary>
    public static double? Chance(BuiltTask task, string metric) =>
        MetricNames.IsAccuracy(metric) && task.Spec.HasChoices ? task.Documents.Average(document => Chance(metric, document)) : null;

    private static InstanceScore Score(BuiltTask task, EvaluationDocument document, int id, List<(EvaluationRequest Request, RequestAnswer Answer)> own)
    {
        var score = new InstanceScore { DocumentId = id, NativeId = document.NativeId, Group = document.Group, Label = document.Label, Metrics = new Dictionary<string, double>() };
        if (task.Spec.Scoring == AnswerScoring.Judge)
        {
            score = score with { Instruction = document.Question };
        }

        if (own.Find(pair => pair.Answer.Failure is not null) is { Answer.Failure: { } failure })
        {
            return score with { Failure = failure, Metrics = MetricNames.IsAccuracy(task.Spec.Metric) && task.Spec.Scoring != AnswerScoring.Judge ? new Dictionary<string, double> { [task.Spec.Metric] = 0 } : score.Metrics };
        }

        if (task.Spec.HasChoices)
        {
            var choices = Choices(own);
            var values = task.Spec.Scoring == AnswerScoring.TruthfulQa ? TruthfulQaValues(document, choices) : MultipleChoiceScore.Of(choices, document.Gold!.Value).Values();
            return score with { Metrics = values, LogLikelihoods = [.. choices.Select(choice => choice.SumLogits)] };
        }

        var (request, answer) = own[0];
        return task.Spec.Request switch
        {
            RequestKind.LoglikelihoodRolling => score with { Metrics = CorpusLikelihood.ValuesOf(request, answer.LogLikelihood!.Value, answer.ScoredTokens) },
            RequestKind.GenerateUntil => TextScore(task.Spec, document, score, [.. own.Select(pair => pair.Answer.Text!)]),
            _ => score with { Metrics = GoldValues(request, answer) },
        };
    }

    private static InstanceScore TextScore(TaskSpec spec, EvaluationDocument document, InstanceScore score, IReadOnlyList<string> texts)
    {
        score = score with { Texts = texts };
        if (spec.Scoring is AnswerScoring.HumanEval or AnswerScoring.Mbpp)
        {
            return score;
        }

        if (spec.Scoring == AnswerScoring.Judge)
        {
            return score with { Metrics = new Dictionary<string, double> { [LengthMetric] = texts.Average(text => (double)PythonText.Length(text)) } };
        }

        try
        {
            var (values, extracted) = SampleScorer.Score(spec, document, texts);
            return score with { Metrics = values, Extracted = extracted };
        }
        catch (RegexMatchTimeoutException error)
        {
            return score with { Failure = $"the answer could not be read: {error.Message}", Metrics = new Dictionary<string, double> { [spec.Metric] = 0 } };
        }
    }

    /// <summary>The best true answer comes first; with the false ones it makes MC1, and all answers make MC2.</summary>
    private static IReadOnlyDictionary<string, double> TruthfulQaValues(EvaluationDocument document, List<ChoiceLikelihood> choices)
    {
        bool[] isTrue = [.. document.Label!.Value.EnumerateArray().Select(label => label.GetInt32() == 1)];
        List<int> all = [.. Enumerable.Range(0, choices.Count)];
        return TruthfulQaScore.Of(choices, isTrue, [0, .. all.Where(i => !isTrue[i])], all).Values();
    }

    private static List<ChoiceLikelihood> Choices(List<(EvaluationRequest Request, RequestAnswer Answer)> own)
    {
        var unconditional = own.Where(pair => pair.Request.IsUnconditioned).ToDictionary(pair => pair.Request.Index, pair => pair.Answer.LogLikelihood);
        return
        [
            .. own.Where(pair => !pair.Request.IsUnconditioned).OrderBy(pair => pair.Request.Index).Select(pair =>
                new ChoiceLikelihood(pair.Request.Continuation!, pair.Answer.LogLikelihood!.Value, pair.Answer.ScoredTokens)
                {
                    UnconditionalSumLogits = unconditional.GetValueOrDefault(pair.Request.Index),
                }),
        ];
    }

    private static Dictionary<string, double> GoldValues(EvaluationRequest request, RequestAnswer answer)
    {
        var gold = new ChoiceLikelihood(request.Continuation!, answer.LogLikelihood!.Value, answer.ScoredTokens);
        var values = new Dictionary<string, double>
        {
            ["bits_per_byte"] = gold.BitsPerByte,
            ["sum_logits"] = gold.SumLogits,
            ["logits_per_token"] = gold.PerToken,
            ["logits_per_char"] = gold.PerCharacter,
        };
        if (answer.IsGreedy is { } greedy)
        {
            values["is_greedy"] = greedy ? 1 : 0;
        }

        return values;
    }

    /// <summary>IFEval's shares of all instructions of all prompts.</summary>
    private static IEnumerable<(string Name, MetricScore Score)> InstructionMetrics(IReadOnlyList<InstanceScore> instances)
    {
        List<IReadOnlyDictionary<string, double>> prompts = [.. instances.Select(instance => instance.Metrics).Where(metrics => metrics.ContainsKey(TextScorer.InstructionCount))];
        if (prompts.Count == 0)
        {
            yield break;
        }

        double[] counts = [.. prompts.Select(prompt => prompt[TextScorer.InstructionCount])];
        foreach (var (name, followed) in new[] { ("inst_level_strict_acc", TextScorer.StrictCount), ("inst_level_loose_acc", TextScorer.LooseCount) })
        {
            var ratio = RatioMean.Of([.. prompts.Select(prompt => prompt[followed])], counts);
            yield return (name, new(ratio.Ratio, ratio.StandardError, ratio.Count));
        }
    }

    /// <summary>What guessing scores: of TruthfulQA one choice beside the false ones, or the share of the true ones.</summary>
    private static double Chance(string metric, EvaluationDocument document) => metric switch
    {
        "mc1" => 1.0 / (1 + document.Label!.Value.EnumerateArray().Count(label => label.GetInt32() == 0)),
        "mc2" => document.Label!.Value.EnumerateArray().Average(label => label.GetInt32()),
        _ => 1.0 / document.Choices.Count,
    };

    private static MetricScore Mean(IReadOnlyList<double> values)
    {
        // A likelihood of 0 has an infinite logarithm, and so has the mean.
        if (values.Any(value => !double.IsFinite(value)))
        {
            return new(values.Average(), null, values.Count);
        }

        var mean = SampleMean.Of(values);
        return new(mean.Mean, mean.StandardError, mean.Count);
    }
}
