using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Judging;

/// <summary>A model's answers to a task that a judge scores.</summary>
/// <param name="Folder">The folder of the results.</param>
/// <param name="Task">The task's full name.</param>
/// <param name="TaskHash">The task's hash.</param>
/// <param name="Model">The model.</param>
/// <param name="Answers">The answers, the first of each document's samples.</param>
public sealed record JudgedTask(string Folder, string Task, string TaskHash, ModelIdentity Model, IReadOnlyList<JudgedAnswer> Answers)
{
    /// <summary>Reads the answers in a folder of results.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The task; null for the one that a judge scores.</param>
    /// <exception cref="EvaluationException">There are no such results, or not one such task.</exception>
    public static JudgedTask Read(string folder, string? name)
    {
        var results = EvaluationResults.Read(folder);
        List<TaskResult> tasks = [.. results.Tasks.Where(task => name is null ? task.Spec.Scoring == AnswerScoring.Judge : task.Name == name)];
        if (tasks.Count != 1)
        {
            throw new EvaluationException($"{folder}: {(name is not null ? $"there are no results of {name}" : tasks.Count == 0 ? "no task here is one that a judge scores (scoring: judge)" : "several tasks are for a judge; name one with --task")}; "
                + $"there are {string.Join(", ", results.Tasks.Select(task => task.Name))}");
        }

        var task = tasks[0];
        return new(folder, task.Name, task.Hash, results.Model, [.. EvaluationResults.ReadInstances(folder, task.Name).Select(instance => new JudgedAnswer(
            instance.DocumentId, instance.NativeId,
            instance.Instruction ?? throw new EvaluationException($"{folder}: document {instance.DocumentId} of {task.Name} has no instruction that a judge could be shown; only tasks with scoring: judge keep it, and of runs of this version"),
            instance.Failure is null ? instance.Texts![0] : null))]);
    }
}
