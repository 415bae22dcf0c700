using System.Text.Json;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Statistics;

namespace OlmoSharp.Evaluation.Judging;

/// <summary>Asks a judge for grades of each answer by the criteria of a rubric.</summary>
/// <param name="judge">The judge.</param>
/// <param name="rubric">The criteria, the scale and how the judge is asked.</param>
public sealed class RubricJudging(Judge judge, RubricPrompt rubric)
{
    /// <summary>How often the judge is asked for each document.</summary>
    public int QuestionsEach => rubric.Criteria.Count;

    /// <summary>Judges a task, and writes results and grades into its folder.</summary>
    /// <param name="task">The judged answers.</param>
    /// <param name="report">Told how many questions have a reply, from any thread.</param>
    /// <param name="cancellation">Stops; replies stay in the log.</param>
    /// <exception cref="EvaluationException">The judge gives no reply, or none that can be read.</exception>
    public async Task<JudgeResult> RunAsync(JudgedTask task, Action<int> report, CancellationToken cancellation)
    {
        var grades = await judge.JudgeAllAsync(
            JudgeResult.FolderOf(task.Folder), task.Answers.Count, QuestionsEach, (place, chat, stop) => GradeAsync(chat, task.Answers[place], stop), report, cancellation).ConfigureAwait(false);
        InstanceScore[] instances = [.. task.Answers.Select((answer, place) => Instance(answer, grades[place].Verdict, grades[place].Failure))];
        string[] names = [JudgeResult.GradeMetric, .. rubric.Criteria.Keys];
        var metrics = names.Select(name => (Name: name, Values: instances.Where(instance => instance.Metrics.ContainsKey(name)).Select(instance => instance.Metrics[name]).ToList()))
            .Where(metric => metric.Values.Count > 0).ToDictionary(metric => metric.Name, metric => SampleMean.Of(metric.Values));
        if (!metrics.ContainsKey(JudgeResult.GradeMetric))
        {
            throw new EvaluationException($"{task.Task}: of none of {instances.Length} documents can all grades be read; the first reply: \"{instances.FirstOrDefault(instance => instance.Texts is { Count: > 0 })?.Texts![0].ReplaceLineEndings(" ")}\"");
        }

        var settings = judge.Described;
        var result = new JudgeResult
        {
            Created = DateTimeOffset.UtcNow,
            Version = EvaluationResults.OwnVersion,
            Kind = "rubric",
            Task = task.Task,
            Model = task.Model,
            Settings = settings,
            Prompt = JsonSerializer.SerializeToElement(rubric, EvaluationResults.Options),
            Hash = JudgeText.Hash([task.TaskHash, .. settings.Values, JsonSerializer.Serialize(rubric)]),
            Metrics = metrics.ToDictionary(metric => metric.Key, metric => new MetricScore(metric.Value.Mean, metric.Value.StandardError, metric.Value.Count)),
            Documents = instances.Length,
            Unanswered = task.Answers.Count(answer => answer.Text is null),
            Unreadable = grades.Count(grade => grade.Verdict is { } given && given.Grades.ContainsValue(null)),
            Failures = grades.Count(grade => grade.Verdict is null),
            Scale = [rubric.Lowest, rubric.Highest],
        };
        result.Write(task.Folder, instances);
        return result;
    }

    /// <summary>Grades an answer by each criterion; a document without an answer has the lowest grades, and is not asked about.</summary>
    internal async Task<RubricGrades> GradeAsync(JudgeChat chat, JudgedAnswer answer, CancellationToken cancellation)
    {
        if (answer.Text is not { } text)
        {
            return new RubricGrades(rubric.Criteria.Keys.ToDictionary(name => name, _ => (double?)rubric.Lowest), []);
        }

        var grades = new Dictionary<string, double?>();
        var replies = new List<string>();
        foreach (var criterion in rubric.Criteria.Keys)
        {
            var (system, user) = rubric.Messages(answer.Instruction, text, criterion);
            var reply = await chat(system, user, cancellation).ConfigureAwait(false);
            replies.Add(reply);
            grades.Add(criterion, rubric.Read(reply));
        }

        return new RubricGrades(grades, replies);
    }

    private static InstanceScore Instance(JudgedAnswer answer, RubricGrades? given, string? failure)
    {
        var metrics = new Dictionary<string, double>();
        foreach (var (name, grade) in given?.Grades ?? [])
        {
            if (grade is { } value)
            {
                metrics.Add(name, value);
            }
        }

        if (given is not null && !given.Grades.ContainsValue(null))
        {
            metrics.Add(JudgeResult.GradeMetric, metrics.Values.Average());
        }

        return new InstanceScore
        {
            DocumentId = answer.DocumentId,
            NativeId = answer.NativeId,
            Metrics = metrics,
            Texts = given?.Replies,
            Failure = failure ?? (answer.Text is null ? "the model gave no answer" : given!.Grades.ContainsValue(null) ? "a grade cannot be read" : null),
        };
    }

    /// <summary>A document's grades.</summary>
    /// <param name="Grades">The grade by criterion; null where it cannot be read.</param>
    /// <param name="Replies">What the judge wrote.</param>
    internal sealed record RubricGrades(Dictionary<string, double?> Grades, IReadOnlyList<string> Replies);
}
