using System.Text.Json;

namespace OlmoSharp.Analysis.Metrics;

/// <summary>A task whose scores a run logs, as the run's <c>tasks.json</c> has it.</summary>
/// <param name="Label">What the run calls it.</param>
/// <param name="Figure">The metric that is its score.</param>
/// <param name="Chance">What guessing scores; null where that is not known.</param>
/// <param name="Documents">How many documents are asked; null where that is not known.</param>
/// <param name="IsHigherBetter">Whether more of the score is better.</param>
/// <param name="Failures">How many of the documents cannot be answered; null where that is not known.</param>
public sealed record RunTask(string Label, string Figure, double? Chance, int? Documents, bool IsHigherBetter, int? Failures = null)
{
    /// <summary>Name of the file in a run's folder.</summary>
    public const string File = "tasks.json";

    private const string Prefix = "eval/downstream/";

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    // Of a run without the file: the first of these that a task has is its score.
    private static readonly string[] Kinds = ["length-normalized accuracy v2", "accuracy v2", "length-normalized accuracy", "accuracy", "F1 score v2", "F1 score", "BPB v2", "BPB"];

    /// <summary>The kind of the score, such as <c>accuracy v2</c>.</summary>
    public string Kind => Figure[(Figure.LastIndexOf(" (", StringComparison.Ordinal) + 2)..^1];

    /// <summary>Whether a metric is a task's.</summary>
    public static bool IsFigure(string metric) => metric.StartsWith(Prefix, StringComparison.Ordinal) && metric.EndsWith(')') && metric.Contains(" (", StringComparison.Ordinal);

    /// <summary>The name of another kind of metric of the task.</summary>
    public string Named(string kind) => $"{Prefix}{Label} ({kind})";

    /// <summary>Reads a run's file of tasks; of a run without one, such as another program's, guesses them from its metrics.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="metrics">Its metrics.</param>
    /// <exception cref="AnalysisException">The file is damaged.</exception>
    public static IReadOnlyList<RunTask> Read(string folder, RunMetrics metrics)
    {
        var path = Path.Combine(folder, File);
        if (!System.IO.File.Exists(path))
        {
            return
            [
                .. from metric in metrics.Series.Keys.Where(IsFigure)
                   group metric by metric[Prefix.Length..metric.LastIndexOf(" (", StringComparison.Ordinal)] into task
                   let figure = Kinds.Select(kind => $"{Prefix}{task.Key} ({kind})").FirstOrDefault(task.Contains)
                   where figure is not null
                   select new RunTask(task.Key, figure, null, null, !figure.Contains("BPB", StringComparison.Ordinal)),
            ];
        }

        try
        {
            var tasks = JsonSerializer.Deserialize<List<RunTask>>(System.IO.File.ReadAllBytes(path), Json);
            return tasks is not null && tasks.All(task => task is { Label: not null, Figure: not null } && IsFigure(task.Figure)) ? tasks : throw new JsonException("a task has no label or figure");
        }
        catch (JsonException error)
        {
            throw new AnalysisException($"{path}: the file is damaged ({error.Message}); remove it, and the tasks are guessed from the metrics", error);
        }
    }
}
