using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OlmoSharp.Inference.Native;

/// <summary>Small arithmetic on one row of plain memory.</summary>
internal static unsafe class RowKernel
{
    /// <summary>x += y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* x, float* y, int width)
    {
        var i = 0;
        for (; i <= width - 8; i += 8)
        {
            (Vector256.Load(x + i) + Vector256.Load(y + i)).Store(x + i);
        }

        for (; i < width; i++)
        {
            x[i] += y[i];
        }
    }

    /// <summary>x += factor · y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(float* x, float* y, float factor, int width)
    {
        var f = Vector256.Create(factor);
        var i = 0;
        for (; i <= width - 8; i += 8)
        {
            Vector256.FusedMultiplyAdd(f, Vector256.Load(y + i), Vector256.Load(x + i)).Store(x + i);
        }

        for (; i < width; i++)
        {
            x[i] = MathF.FusedMultiplyAdd(factor, y[i], x[i]);
        }
    }

    /// <summary>Bounds the magnitude of every element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Clip(float* x, float limit, int width)
    {
        var (low, high) = (Vector256.Create(-limit), Vector256.Create(limit));
        var i = 0;
        for (; i <= width - 8; i += 8)
        {
            Vector256.Min(Vector256.Max(Vector256.Load(x + i), low), high).Store(x + i);
        }

        for (; i < width; i++)
        {
            x[i] = Math.Clamp(x[i], -limit, limit);
        }
    }

    /// <summary>Turns the pairs of a head by their angles.</summary>
    /// <param name="head">The head.</param>
    /// <param name="angles">The cosine of each pair, then the sine of each.</param>
    /// <param name="pairs">Half the head's size.</param>
    /// <param name="isInterleaved">Whether elements 2i and 2i + 1 are a pair, not i and i + <paramref name="pairs"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rotate(float* head, float* angles, int pairs, bool isInterleaved)
    {
        var i = 0;
        for (; !isInterleaved && i <= pairs - 8; i += 8)
        {
            var (cosine, sine) = (Vector256.Load(angles + i), Vector256.Load(angles + pairs + i));
            var (x, y) = (Vector256.Load(head + i), Vector256.Load(head + pairs + i));
            (x * cosine - y * sine).Store(head + i);
            (y * cosine + x * sine).Store(head + pairs + i);
        }

        var (stride, distance) = isInterleaved ? (2, 1) : (1, pairs);
        for (; i < pairs; i++)
        {
            ref var first = ref head[i * stride];
            ref var second = ref head[i * stride + distance];
            (first, second) = (first * angles[i] - second * angles[pairs + i], second * angles[i] + first * angles[pairs + i]);
        }
    }
}
