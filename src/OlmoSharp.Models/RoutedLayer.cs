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
    /// <summary>Tokens that were routed.</summary>
    public long Tokens => Logits.shape[0];

    /// <summary>
    /// Mean over tokens of the entropy of the router's probabilities, −Σ p·ln p, in nats: from 0, where the router always takes one expert
    /// with certainty, to ln(experts), where it has no preference.
    /// </summary>
    public double MeanEntropy()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var logProbabilities = Logits.log_softmax(-1);
        return -(logProbabilities.exp() * logProbabilities).sum().item<float>() / Tokens;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Logits.Dispose();
        LoadBalancingLoss.Dispose();
        ZLoss.Dispose();
    }
}
