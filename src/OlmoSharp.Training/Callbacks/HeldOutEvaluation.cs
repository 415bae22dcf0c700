using OlmoSharp.Training.Evaluation;

namespace OlmoSharp.Training.Callbacks;

/// <summary>Measures the model on the held-out sources at intervals and after the last step.</summary>
/// <param name="cancellation">Stops an evaluation under way.</param>
public sealed class HeldOutEvaluation(CancellationToken cancellation) : TrainingCallback
{
    /// <inheritdoc/>
    public override void OnStep(Trainer trainer, StepResult result)
    {
        var (config, every) = (trainer.Config, trainer.Config.Evaluation.Every);
        if (trainer.HeldOut.Count == 0 || (result.Step != config.Steps && (every == 0 || result.Step % every != 0)))
        {
            return;
        }

        HeldOutScore? all = null;
        try
        {
            foreach (var source in trainer.HeldOut)
            {
                var score = HeldOutEvaluator.Evaluate(
                    trainer.Model, source, config.Data.SequenceLength, config.Evaluation.BatchSize, cancellation);
                result.Metrics[$"heldout/{source.Name}/loss"] = score.Loss;
                result.Metrics[$"heldout/{source.Name}/bits_per_byte"] = score.BitsPerByte;
                all = all is null ? score : all + score;
            }
        }
        catch (OperationCanceledException)
        {
            // The run stops after this step; a part of an evaluation is not a figure.
            return;
        }

        result.Metrics["heldout/all/loss"] = all!.Loss;
        result.Metrics["heldout/all/bits_per_byte"] = all.BitsPerByte;
    }
}
