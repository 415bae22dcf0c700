using System.ComponentModel.DataAnnotations;
using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Training.Config;

/// <summary>Evaluation during a run: on held-out text, and on tasks.</summary>
public sealed record EvaluationConfig : IValidatableObject
{
    /// <summary>Steps between evaluations; 0: only after the last step.</summary>
    [Range(0, long.MaxValue)]
    public long Every { get; init; }

    /// <summary>Sequences of held-out text at once.</summary>
    [Range(1, 4096)]
    public int BatchSize { get; init; } = 8;

    /// <summary>Whether to evaluate before the first step, too.</summary>
    public bool OnStartup { get; init; }

    /// <summary>Whether to evaluate after the last step.</summary>
    public bool OnFinish { get; init; } = true;

    /// <summary>Tasks, labels and suites to evaluate on, as <c>olmo eval list</c> names them.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = [];

    /// <summary>Steps between evaluations on tasks; null: as <see cref="Every"/>.</summary>
    [Range(0, long.MaxValue)]
    public long? TasksEvery { get; init; }

    /// <summary>The most documents of a task: those that the task draws where it is limited to so many. 0: as many as the task says.</summary>
    [Range(0, int.MaxValue)]
    public int Limit { get; init; }

    /// <summary>Folders of the tasks' datasets; a task takes the first that has its split.</summary>
    [OneOrMany]
    public IReadOnlyList<string> Data { get; init; } = [];

    /// <summary>JSON file of few-shot examples by id; null where no task needs one.</summary>
    public string? Fewshot { get; init; }

    /// <summary>Folder of your own task files; null: none.</summary>
    public string? TaskFiles { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Tasks.Count > 0 && (TasksEvery ?? Every) == 0 && !OnFinish && !OnStartup)
        {
            yield return new("the tasks would never be evaluated: set every, tasks_every, on_startup or on_finish", [nameof(Tasks)]);
        }
    }

    /// <summary>Whether something that is done at an interval is to be done after a step.</summary>
    internal bool IsDue(long step, long steps, long every) => (every > 0 && step % every == 0) || (OnFinish && step == steps);
}
