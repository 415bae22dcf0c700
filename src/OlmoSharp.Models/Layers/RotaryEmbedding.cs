using static TorchSharp.torch;

namespace OlmoSharp.Models.Layers;

/// <summary>Tables of the rotary position embedding: cos and sin of position × θ^(−2i/d), float32, made in float64.</summary>
internal sealed class RotaryEmbedding : IDisposable
{
    /// <summary>Makes the tables.</summary>
    /// <param name="theta">θ.</param>
    /// <param name="headSize">d.</param>
    /// <param name="positions">Rows.</param>
    /// <param name="device">Where attention runs.</param>
    public RotaryEmbedding(double theta, int headSize, int positions, Device device)
    {
        using var scope = NewDisposeScope();
        var exponents = arange(0, headSize, 2, dtype: ScalarType.Float64) / headSize;
        var angles = outer(arange(0, positions, dtype: ScalarType.Float64), pow(theta, -exponents));
        Cosine = angles.cos().to(ScalarType.Float32, device).DetachFromDisposeScope();
        Sine = angles.sin().to(ScalarType.Float32, device).DetachFromDisposeScope();
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
