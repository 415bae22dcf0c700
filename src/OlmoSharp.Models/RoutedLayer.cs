using static TorchSharp.torch;

namespace OlmoSharp.Models;

/// <summary>What one layer's router decided.</summary>
/// <param name="Layer">The block, from 0.</param>
/// <param name="Logits">[tokens, experts], float32, without gradient.</param>
/// <param name="LoadBalancingLoss">Scalar; 1 where routing is balanced.</param>
/// <param name="ZLoss">Scalar: mean of logsumexp(logits)².</param>
/// <param name="ExpertLoad">Fraction of the choices that went to each expert; their sum is 1.</param>
public sealed record RoutedLayer(int Layer, Tensor Logits, Tensor LoadBalancingLoss, Tensor ZLoss, IReadOnlyList<double> ExpertLoad) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Logits.Dispose();
        LoadBalancingLoss.Dispose();
        ZLoss.Dispose();
    }
}
