using OlmoSharp.Training.Config;

namespace OlmoSharp.Training.Callbacks;

/// <summary>Measures the model at the config's intervals, before the first step and after the last one. An evaluation that is stopped leaves no figure.</summary>
/// <param name="cancellation">Stops an evaluation under way.</param>
public abstract class ScheduledEvaluation(CancellationToken cancellation) : TrainingCallback
{
    /// <summary>Whether the last evaluation that was due was stopped.</summary>
    public bool WasStopped { get; private set; }

    /// <summary>The beginning of the names of its figures.</summary>
    protected abstract string Prefix { get; }

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
        if (config.IsDue(result.Step, trainer.Config.Steps, Interval(config)))
        {
            Evaluate(trainer, result.Metrics);
        }
    }

    /// <inheritdoc/>
    public override void OnLastStepAgain(Trainer trainer, IDictionary<string, double> figures)
    {
        if (trainer.Config.Evaluation.OnFinish && !MetricsLog.Has(trainer.Config.Run, trainer.Step, Prefix))
        {
            Evaluate(trainer, figures);
        }
    }

    /// <summary>Steps between evaluations; 0: none but those before the first step and after the last one.</summary>
    protected abstract long Interval(EvaluationConfig config);

    /// <summary>Measures the model as it is now.</summary>
    /// <returns>Figures by name.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    protected abstract IReadOnlyDictionary<string, double> Measure(Trainer trainer, CancellationToken cancellation);

    private void Evaluate(Trainer trainer, IDictionary<string, double> figures)
    {
        WasStopped = false;
        try
        {
            foreach (var (name, value) in Measure(trainer, cancellation))
            {
                figures[name] = value;
            }
        }
        catch (OperationCanceledException)
        {
            // The run stops after this step; a part of an evaluation is not a figure.
            WasStopped = true;
        }
    }
}
