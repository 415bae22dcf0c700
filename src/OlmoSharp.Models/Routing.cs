using OlmoSharp.Torch.Operators;
using static TorchSharp.torch;

namespace OlmoSharp.Models;

/// <summary>What the routers of a forward pass decided, with the two losses that train them.</summary>
public sealed class Routing : IDisposable
{
    private readonly List<RoutedLayer> _layers = [];

    /// <summary>The sparse layers, first to last.</summary>
    public IReadOnlyList<RoutedLayer> Layers => _layers;

    /// <summary>
    /// Mean over layers of E · Σ_e f_e · P_e, with f_e the fraction of the layer's choices that went to expert e and P_e the mean router
    /// probability of e (Fedus et al. 2022, eq. 4; OLMoE, eq. 3, divided by k). Balanced routing gives 1. The Hugging Face code takes f
    /// and P over all layers together and does not divide by k, so that balanced routing gives k there.
    /// </summary>
    public Tensor LoadBalancingLoss() => stack(_layers.Select(layer => layer.LoadBalancingLoss)).mean();

    /// <summary>Mean over layers and tokens of logsumexp(router logits)² (Zoph et al. 2022, eq. 5).</summary>
    public Tensor RouterZLoss() => stack(_layers.Select(layer => layer.ZLoss)).mean();

    /// <inheritdoc/>
    public void Dispose() => _layers.ForEach(layer => layer.Dispose());

    internal void Add(int layer, Tensor logits, Tensor probabilities, long[] counts)
    {
        using var scope = NewDisposeScope();
        var total = (double)counts.Sum();
        double[] fractions = [.. counts.Select(count => count / total)];
        var balance = ScalarArithmetic.Scale((probabilities.mean([0L]) * tensor(fractions, ScalarType.Float32, logits.device)).sum(), counts.Length);
        var z = logits.logsumexp(-1).square().mean();
        _layers.Add(new(layer, logits.detach().DetachFromDisposeScope(), balance.DetachFromDisposeScope(), z.DetachFromDisposeScope(), fractions));
    }
}
