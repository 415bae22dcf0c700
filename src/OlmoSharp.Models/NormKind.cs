namespace OlmoSharp.Models;

/// <summary>How activations are normalised.</summary>
public enum NormKind
{
    /// <summary>w ∘ x / sqrt(mean(x²) + ε), with a trained weight w (Zhang and Sennrich 2019).</summary>
    RmsNorm,

    /// <summary>(x − mean(x)) / sqrt(var(x) + ε) without weights or biases (OLMo: Groeneveld et al. 2024, section 2.1).</summary>
    LayerNorm,
}
