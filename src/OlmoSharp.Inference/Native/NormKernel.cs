using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using OlmoSharp.Models;
using OlmoSharp.Torch.Kernels;

namespace OlmoSharp.Inference.Native;

/// <summary>The normalisation of one row that a model asks for.</summary>
/// <param name="config">The model.</param>
internal sealed unsafe class NormKernel(ModelConfig config)
{
    private readonly float _epsilon = (float)config.NormEpsilon;
    private readonly bool _isLayerNorm = config.Norm == NormKind.LayerNorm;

    /// <summary>The model's norm over the hidden width, plus <paramref name="residual"/> unless that is null.</summary>
    /// <param name="x">The row.</param>
    /// <param name="weight">Null for LayerNorm, which has none.</param>
    /// <param name="residual">A row, or null.</param>
    /// <param name="y">The result; may be either of them.</param>
    public void Apply(float* x, float* weight, float* residual, float* y)
    {
        if (_isLayerNorm)
        {
            LayerNorm(x, residual, y, config.HiddenSize);
        }
        else
        {
            RmsNorm(x, weight, residual, y, config.HiddenSize);
        }
    }

    /// <summary>RMSNorm over any width, as QK-norm is.</summary>
    public void RmsNorm(float* x, float* weight, float* residual, float* y, int width)
        => RmsNormKernel.Scale(x, RmsNormKernel.ReciprocalRms(x, width, _epsilon), weight, residual, y, width);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LayerNorm(float* x, float* residual, float* y, int width)
    {
        Vector256<float> sums = default;
        var i = 0;
        for (; i <= width - 8; i += 8)
        {
            sums += Vector256.Load(x + i);
        }

        var sum = Vector256.Sum(sums);
        for (; i < width; i++)
        {
            sum += x[i];
        }

        var mean = sum / width;
        var means = Vector256.Create(mean);
        Vector256<float> squares = default;
        for (i = 0; i <= width - 8; i += 8)
        {
            var d = Vector256.Load(x + i) - means;
            squares = Vector256.FusedMultiplyAdd(d, d, squares);
        }

        var square = Vector256.Sum(squares);
        for (; i < width; i++)
        {
            square += (x[i] - mean) * (x[i] - mean);
        }

        var scale = 1 / MathF.Sqrt(square / width + _epsilon);
        var scales = Vector256.Create(scale);
        for (i = 0; i <= width - 8; i += 8)
        {
            var value = (Vector256.Load(x + i) - means) * scales;
            (residual == null ? value : value + Vector256.Load(residual + i)).Store(y + i);
        }

        for (; i < width; i++)
        {
            y[i] = (x[i] - mean) * scale + (residual == null ? 0 : residual[i]);
        }
    }
}
