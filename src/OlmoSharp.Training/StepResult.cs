namespace OlmoSharp.Training;

/// <summary>What one step did.</summary>
/// <param name="Step">Its number, from 1.</param>
/// <param name="Tokens">Tokens seen up to and with it.</param>
/// <param name="Loss">Mean cross entropy of its targets, in nats; no other loss is in it.</param>
/// <param name="ZLoss">Mean of logsumexp(logits)², times its coefficient.</param>
/// <param name="TotalLoss">What the gradient is of: cross entropy, z-loss and, in a sparse model, the router losses with their coefficients.</param>
/// <param name="Router">What the routers did; null in a dense model.</param>
/// <param name="GradientNorm">Norm of the whole gradient before clipping.</param>
/// <param name="LearningRate">The step's learning rate.</param>
/// <param name="Skipped">Whether the spike guard refused it.</param>
/// <param name="Duration">Time from the start of the step's computation to its end.</param>
public sealed record StepResult(
    long Step,
    long Tokens,
    double Loss,
    double ZLoss,
    double TotalLoss,
    RouterStatistics? Router,
    double GradientNorm,
    double LearningRate,
    bool Skipped,
    TimeSpan Duration)
{
    /// <summary>Figures of this step by name; callbacks add theirs, later callbacks write them.</summary>
    public SortedDictionary<string, double> Metrics { get; } = new(
        new Dictionary<string, double>
        {
            ["train/loss"] = Loss,
            ["train/z_loss"] = ZLoss,
            ["train/total_loss"] = TotalLoss,
            ["train/grad_norm"] = GradientNorm,
            ["train/lr"] = LearningRate,
            ["train/skipped"] = Skipped ? 1 : 0,
        }.Concat(RouterMetrics(Router)).ToDictionary(),
        StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, double>> RouterMetrics(RouterStatistics? router)
    {
        if (router is null)
        {
            yield break;
        }

        yield return new("train/load_balancing_loss", router.LoadBalancingLoss);
        yield return new("train/router_z_loss", router.RouterZLoss);
        foreach (var layer in router.Layers)
        {
            var name = $"router/{layer.Layer:D2}";
            yield return new($"{name}/entropy", layer.Entropy);
            yield return new($"{name}/max_load_ratio", layer.MaximumLoadRatio);
            yield return new($"{name}/idle_experts", layer.IdleExperts);
            for (var expert = 0; expert < layer.ExpertLoad.Count; expert++)
            {
                yield return new($"{name}/load/{expert:D2}", layer.ExpertLoad[expert]);
            }
        }
    }
}
