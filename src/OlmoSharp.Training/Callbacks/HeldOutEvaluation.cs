using OlmoSharp.Training.Evaluation;

namespace OlmoSharp.Training.Callbacks;

/// <summary>Measures the model on the held-out sources at the config's intervals.</summary>
/// <param name="cancellation">Stops an evaluation under way.</param>
public sealed class HeldOutEvaluation(CancellationToken cancellation) : TrainingCallback
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
        if (config.IsDue(result.Step, trainer.Config.Steps, config.Every))
        {
            Evaluate(trainer, result.Metrics);
        }
    }

    private void Evaluate(Trainer trainer, IDictionary<string, double> figures)
    {
        var config = trainer.Config;
        HeldOutScore? all = null;
        try
        {
            foreach (var source in trainer.HeldOut)
            {
                var score = HeldOutEvaluator.Evaluate(
                    trainer.Model, source, config.Data.SequenceLength, config.Evaluation.BatchSize, cancellation);
                figures[$"heldout/{source.Name}/loss"] = score.Loss;
                figures[$"heldout/{source.Name}/bits_per_byte"] = score.BitsPerByte;
                all = all is null ? score : all + score;
            }
        }
        catch (OperationCanceledException)
        {
            // The run stops after this step; a part of an evaluation is not a figure.
            return;
        }

        if (all is not null)
        {
            figures["heldout/all/loss"] = all.Loss;
            figures["heldout/all/bits_per_byte"] = all.BitsPerByte;
        }
    }
}
