using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OlmoSharp.Torch.Kernels;

/// <summary>Arithmetic of one row of SwiGLU's gate (Shazeer 2020), silu(gate) ∘ up, and of its derivative, over plain memory.</summary>
internal static unsafe class SwiGluKernel
{
    /// <summary>y = silu(gate) ∘ up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(float* gate, float* up, float* y, int width)
    {
        var i = 0;
        for (; i <= width - 8; i += 8)
        {
            var g = Vector256.Load(gate + i);
            (g * Sigmoid(g) * Vector256.Load(up + i)).Store(y + i);
        }

        for (; i < width; i++)
        {
            y[i] = gate[i] * Sigmoid(gate[i]) * up[i];
        }
    }

    /// <summary>The gradients of gate and up from that of y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(float* gate, float* up, float* dy, float* dGate, float* dUp, int width)
    {
        var i = 0;
        for (; i <= width - 8; i += 8)
        {
            var g = Vector256.Load(gate + i);
            var d = Vector256.Load(dy + i);
            var s = Sigmoid(g);
            (d * g * s).Store(dUp + i);
            (d * Vector256.Load(up + i) * s * (Vector256<float>.One + g * (Vector256<float>.One - s))).Store(dGate + i);
        }

        for (; i < width; i++)
        {
            var s = Sigmoid(gate[i]);
            dUp[i] = dy[i] * gate[i] * s;
            dGate[i] = dy[i] * up[i] * s * (1 + gate[i] * (1 - s));
        }
    }

    /// <summary>
    /// For z = weight · y: the gradients of gate and up from that of z, and z itself again. <paramref name="z"/> may be
    /// <paramref name="dz"/>.
    /// </summary>
    /// <returns>The gradient of the weight, dz · y.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float WeightedBackward(float* gate, float* up, float weight, float* dz, float* dGate, float* dUp, float* z, int width)
    {
        var w = Vector256.Create(weight);
        Vector256<float> dots = default;
        var i = 0;
        for (; i <= width - 8; i += 8)
        {
            var g = Vector256.Load(gate + i);
            var u = Vector256.Load(up + i);
            var d = Vector256.Load(dz + i);
            var s = Sigmoid(g);
            var silu = g * s;
            var y = silu * u;
            var dy = d * w;
            dots = Vector256.FusedMultiplyAdd(d, y, dots);
            (dy * silu).Store(dUp + i);
            (dy * u * s * (Vector256<float>.One + g * (Vector256<float>.One - s))).Store(dGate + i);
            (y * w).Store(z + i);
        }

        var dot = Vector256.Sum(dots);
        for (; i < width; i++)
        {
            var s = Sigmoid(gate[i]);
            var silu = gate[i] * s;
            var y = silu * up[i];
            var dy = dz[i] * weight;
            dot += dz[i] * y;
            dUp[i] = dy * silu;
            dGate[i] = dy * up[i] * s * (1 + gate[i] * (1 - s));
            z[i] = y * weight;
        }

        return dot;
    }

    private static Vector256<float> Sigmoid(Vector256<float> x) => Vector256<float>.One / (Vector256<float>.One + VectorExponential.Exp(-x));

    private static float Sigmoid(float x) => 1f / (1f + MathF.Exp(-x));
}
