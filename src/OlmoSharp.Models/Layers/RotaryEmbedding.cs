using OlmoSharp.Torch.Operators;
using TorchSharp;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Layers;

/// <summary>Tables of the rotary position embedding: cos and sin of position × frequency, float32, made in float64.</summary>
/// <param name="config">The architecture.</param>
/// <param name="device">Where attention runs.</param>
internal sealed class RotaryEmbedding(ModelConfig config, Device device) : IDisposable
{
    private readonly Lock _growing = new();

    // Shorter tables stay, for other threads and backward passes may still read them.
    private readonly List<(Tensor Cosine, Tensor Sine)> _tables = [];

    /// <summary>Cosine and sine, each [positions, head size / 2].</summary>
    /// <param name="positions">Rows needed. The tables grow with what is asked for: a config may claim any context length.</param>
    public (Tensor Cosine, Tensor Sine) Tables(long positions)
    {
        lock (_growing)
        {
            if (_tables.Count == 0 || _tables[^1].Cosine.shape[0] < Math.Min(positions, config.ContextLength))
            {
                _tables.Add(Make((int)Math.Min(config.ContextLength, Math.Max(4096, 2 * positions))));
            }

            return _tables[^1];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (cosine, sine) in _tables)
        {
            cosine.Dispose();
            sine.Dispose();
        }
    }

    private (Tensor Cosine, Tensor Sine) Make(int positions)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var factor = config.RopeScaling?.EffectiveAttentionFactor ?? 1;
        using Scalar begin = 0, end = positions;
        var angles = outer(arange(begin, end, dtype: ScalarType.Float64), tensor(RopeScaling.Frequencies(config)));
        return (
            ScalarArithmetic.Scale(angles.cos(), factor).to(ScalarType.Float32, device).DetachFromDisposeScope(),
            ScalarArithmetic.Scale(angles.sin(), factor).to(ScalarType.Float32, device).DetachFromDisposeScope());
    }
}
