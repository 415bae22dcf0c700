using OlmoSharp.Models;

namespace OlmoSharp.Training.Callbacks;

/// <summary>Has the model evaluated on tasks at the config's intervals. What a task is, and how answers are scored, is not known here.</summary>
/// <param name="evaluate">Evaluates the model as it is now and returns figures by name; it must leave the model as it was.</param>
/// <param name="cancellation">Stops an evaluation under way.</param>
public sealed class TaskEvaluation(Func<Transformer, CancellationToken, IReadOnlyDictionary<string, double>> evaluate, CancellationToken cancellation) : TrainingCallback
{
    /// <inheritdoc/>
    public override void OnFirstStep(Trainer trainer, IDictionary<string, double> figures)
    {
        if (trainer.Config.Evaluation.OnStartup)
        {
            Evaluate(trainer, figures);
        }
    }

    /// <inheritdoc/>
    public override void OnStep(Trainer trainer, StepResult result)
    {
        var config = trainer.Config.Evaluation;
        if (config.IsDue(result.Step, trainer.Config.Steps, config.TasksEvery ?? config.Every))
        {
            Evaluate(trainer, result.Metrics);
        }
    }

    private void Evaluate(Trainer trainer, IDictionary<string, double> figures)
    {
        try
        {
            foreach (var (name, value) in evaluate(trainer.Model, cancellation))
            {
                figures[name] = value;
            }
        }
        catch (OperationCanceledException)
        {
            // The run stops after this step; a part of an evaluation is not a figure.
        }
    }
}
