using OlmoSharp.Training.Config;
using OlmoSharp.Training.Evaluation;

namespace OlmoSharp.Training.Callbacks;

/// <summary>Measures the model on the held-out sources at the config's intervals.</summary>
/// <param name="cancellation">Stops an evaluation under way.</param>
public sealed class HeldOutEvaluation(CancellationToken cancellation) : ScheduledEvaluation(cancellation)
{
    /// <inheritdoc/>
    protected override string Prefix => "heldout/";

    /// <inheritdoc/>
    protected override long Interval(EvaluationConfig config) => config.Every;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, double> Measure(Trainer trainer, CancellationToken cancellation)
    {
        var config = trainer.Config;
        var figures = new SortedDictionary<string, double>(StringComparer.Ordinal);
        HeldOutScore? all = null;
        foreach (var source in trainer.HeldOut)
        {
            var score = HeldOutEvaluator.Evaluate(trainer.Model, source, config.Data.SequenceLength, config.Evaluation.BatchSize, cancellation);
            figures[$"heldout/{source.Name}/loss"] = score.Loss;
            figures[$"heldout/{source.Name}/bits_per_byte"] = score.BitsPerByte;
            all = all is null ? score : all + score;
        }

        if (all is not null)
        {
            figures["heldout/all/loss"] = all.Loss;
            figures["heldout/all/bits_per_byte"] = all.BitsPerByte;
        }

        return figures;
    }
}
