namespace OlmoSharp.Models;

/// <summary>Published architectures, each a combination of <see cref="ModelConfig"/>'s options.</summary>
public enum ModelFamily
{
    /// <summary>OLMo (Groeneveld et al. 2024): LayerNorm without weights before each sublayer, no QK-norm.</summary>
    Olmo,

    /// <summary>OLMo 2 (OLMo et al. 2025): RMSNorm after each sublayer, QK-norm.</summary>
    Olmo2,

    /// <summary>OLMoE (Muennighoff et al. 2025): RMSNorm before each sublayer, QK-norm, sparse mixture of experts.</summary>
    Olmoe,

    /// <summary>
    /// FlexOlmo (Shi et al. 2025): OLMo 2 with OLMoE's sparse mixture of experts in place of its feed-forward layers.
    /// </summary>
    FlexOlmo,
}
