namespace OlmoSharp.Training.Callbacks;

/// <summary>Adds the rate of each step: tokens and model FLOPs a second (see <see cref="Models.ModelConfig.TrainingFlopsPerToken"/>).</summary>
public sealed class ThroughputMeter : TrainingCallback
{
    /// <inheritdoc/>
    public override void OnStep(Trainer trainer, StepResult result)
    {
        var config = trainer.Config;
        var rate = (double)config.BatchSize * config.Data.SequenceLength / result.Duration.TotalSeconds;
        result.Metrics["throughput/tokens_per_second"] = rate;
        result.Metrics["throughput/model_gflops"] = rate * config.Model.TrainingFlopsPerToken(config.Data.SequenceLength) / 1e9;
    }
}
