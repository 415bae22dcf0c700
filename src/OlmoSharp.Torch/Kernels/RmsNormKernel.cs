using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OlmoSharp.Torch.Kernels;

/// <summary>Arithmetic of one row of RMSNorm (Zhang and Sennrich 2019) and of its derivative, over plain memory.</summary>
internal static unsafe class RmsNormKernel
{
    /// <summary>1 / sqrt(mean(x²) + eps) of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float ReciprocalRms(float* x, int width, float epsilon)
    {
        Vector256<float> a = default, b = default;
        var i = 0;
        for (; i <= width - 16; i += 16)
        {
            var u = Vector256.Load(x + i);
            var v = Vector256.Load(x + i + 8);
            a = Vector256.FusedMultiplyAdd(u, u, a);
            b = Vector256.FusedMultiplyAdd(v, v, b);
        }

        var sum = Vector256.Sum(a + b);
        for (; i < width; i++)
        {
            sum += x[i] * x[i];
        }

        return 1f / MathF.Sqrt(sum / width + epsilon);
    }

    /// <summary>y = x · scale · weight, plus <paramref name="residual"/> unless that is null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(float* x, float scale, float* weight, float* residual, float* y, int width)
    {
        var s = Vector256.Create(scale);
        var i = 0;
        for (; i <= width - 8; i += 8)
        {
            var value = Vector256.Load(x + i) * s * Vector256.Load(weight + i);
            (residual == null ? value : value + Vector256.Load(residual + i)).Store(y + i);
        }

        for (; i < width; i++)
        {
            y[i] = x[i] * scale * weight[i] + (residual == null ? 0 : residual[i]);
        }
    }

    /// <summary>
    /// With g = dy ∘ w: dx = r·g − x·r³·(g·x)/width, and dw += dy ∘ x·r. <paramref name="dx"/> may be <paramref name="dy"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(float* x, float r, float* weight, float* dy, float* dx, float* dw, int width)
    {
        Vector256<float> dots = default;
        var vr = Vector256.Create(r);
        var i = 0;
        for (; i <= width - 8; i += 8)
        {
            var g = Vector256.Load(dy + i);
            var v = Vector256.Load(x + i);
            var gv = g * v;
            dots = Vector256.FusedMultiplyAdd(gv, Vector256.Load(weight + i), dots);
            Vector256.FusedMultiplyAdd(gv, vr, Vector256.Load(dw + i)).Store(dw + i);
        }

        var dot = Vector256.Sum(dots);
        for (; i < width; i++)
        {
            dot += dy[i] * x[i] * weight[i];
            dw[i] += dy[i] * x[i] * r;
        }

        var c = dot * r * r * r / width;
        var vc = Vector256.Create(c);
        i = 0;
        for (; i <= width - 8; i += 8)
        {
            var g = Vector256.Load(dy + i) * Vector256.Load(weight + i) * vr;
            (g - Vector256.Load(x + i) * vc).Store(dx + i);
        }

        for (; i < width; i++)
        {
            dx[i] = dy[i] * weight[i] * r - x[i] * c;
        }
    }
}
