using static TorchSharp.torch;

namespace OlmoSharp.Models.Layers;

/// <summary>Tables of the rotary position embedding: cos and sin of position × frequency, float32, made in float64.</summary>
internal sealed class RotaryEmbedding : IDisposable
{
    /// <summary>Makes the tables for every position of the context.</summary>
    /// <param name="config">The architecture.</param>
    /// <param name="device">Where attention runs.</param>
    public RotaryEmbedding(ModelConfig config, Device device)
    {
        using var scope = NewDisposeScope();
        var factor = config.RopeScaling?.EffectiveAttentionFactor ?? 1;
        var angles = outer(arange(0, config.ContextLength, dtype: ScalarType.Float64), tensor(RopeScaling.Frequencies(config)));
        Cosine = (angles.cos() * factor).to(ScalarType.Float32, device).DetachFromDisposeScope();
        Sine = (angles.sin() * factor).to(ScalarType.Float32, device).DetachFromDisposeScope();
    }

    /// <summary>[positions, head size / 2].</summary>
    public Tensor Cosine { get; }

    /// <summary>[positions, head size / 2].</summary>
    public Tensor Sine { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Cosine.Dispose();
        Sine.Dispose();
    }
}
