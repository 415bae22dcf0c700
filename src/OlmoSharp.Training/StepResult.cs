namespace OlmoSharp.Training;

/// <summary>What one step did.</summary>
/// <param name="Step">Its number, from 1.</param>
/// <param name="Tokens">Tokens seen up to and with it.</param>
/// <param name="Loss">Mean cross entropy of its targets, in nats.</param>
/// <param name="ZLoss">Mean of logsumexp(logits)², times its coefficient.</param>
/// <param name="GradientNorm">Norm of the whole gradient before clipping.</param>
/// <param name="LearningRate">The step's learning rate.</param>
/// <param name="Skipped">Whether the spike guard refused it.</param>
/// <param name="Duration">Time from the start of the step's computation to its end.</param>
public sealed record StepResult(
    long Step, long Tokens, double Loss, double ZLoss, double GradientNorm, double LearningRate, bool Skipped, TimeSpan Duration)
{
    /// <summary>Figures of this step by name; callbacks add theirs, later callbacks write them.</summary>
    public SortedDictionary<string, double> Metrics { get; } = new(StringComparer.Ordinal)
    {
        ["train/loss"] = Loss,
        ["train/z_loss"] = ZLoss,
        ["train/grad_norm"] = GradientNorm,
        ["train/lr"] = LearningRate,
        ["train/skipped"] = Skipped ? 1 : 0,
    };
}
