using OlmoSharp.Models;
using OlmoSharp.Training.Config;

namespace OlmoSharp.Training.Callbacks;

/// <summary>Has the model evaluated on tasks at the config's intervals. What a task is, and how answers are scored, is not known here.</summary>
/// <param name="evaluate">Evaluates the model as it is now and returns figures by name, <c>eval/…</c> among them; it must leave the model as it was.</param>
/// <param name="cancellation">Stops an evaluation under way.</param>
public sealed class TaskEvaluation(Func<Transformer, CancellationToken, IReadOnlyDictionary<string, double>> evaluate, CancellationToken cancellation) : ScheduledEvaluation(cancellation)
{
    /// <inheritdoc/>
    protected override string Prefix => "eval/";

    /// <inheritdoc/>
    protected override long Interval(EvaluationConfig config) => config.TasksEvery ?? config.Every;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, double> Measure(Trainer trainer, CancellationToken cancellation) => evaluate(trainer.Model, cancellation);
}
