using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OlmoSharp.Models.Gguf;

/// <summary>
/// Finds scales for groups of elements that are stored as small integers q: those of the least weighted squared error Σ w·(x − x̂)².
/// For given q the best scale is a linear regression; for a given scale the best q are the nearest. Both together have many local optima,
/// so that the search starts from several scales. Groups are a multiple of 8 elements. All sums have one order on every machine.
/// </summary>
internal static class LeastSquares
{
    // Tenths of a step by which the largest element may lie off the end of the range.
    private const int MostTenths = 10;

    private const int MostRounds = 4;

    /// <summary>
    /// Importance of elements without data about their inputs: the root mean square of the group, so that none counts for nothing, and
    /// the element's magnitude, because large weights are there for a reason.
    /// </summary>
    public static void Weigh(ReadOnlySpan<float> values, Span<float> weights)
    {
        var squares = 0f;
        foreach (var value in values)
        {
            squares += value * value;
        }

        var level = MathF.Sqrt(squares / values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            weights[i] = level + MathF.Abs(values[i]);
        }
    }

    /// <summary>
    /// The unit for scales of which the largest is a known multiple, rounded away from zero: so that multiple still reaches the scale where
    /// half precision is coarse, below 6e-5.
    /// </summary>
    public static Half Unit(float value)
    {
        var unit = (Half)value;
        return MathF.Abs((float)unit) >= MathF.Abs(value) ? unit : value < 0 ? Half.BitDecrement(unit) : Half.BitIncrement(unit);
    }

    /// <summary>The scale s for x̂ = s·q with q from −<paramref name="end"/> to <paramref name="end"/> − 1; it may be negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float FitScale(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, int end)
    {
        var extreme = 0f;
        foreach (var value in values)
        {
            if (MathF.Abs(value) > MathF.Abs(extreme))
            {
                extreme = value;
            }
        }

        // Also where the reciprocal would overflow: half precision knows no scale that small.
        if (MathF.Abs(extreme) < 1e-30f)
        {
            return 0;
        }

        float best = 0, bestGain = 0;
        for (var tenths = -MostTenths; tenths <= MostTenths; tenths++)
        {
            // The largest element goes to the end of the range that has no opposite.
            var products = Sums.Of(values, weights, 0, (end + tenths / 10f) / -extreme, -end, end - 1);
            // What the best scale for these q takes off the error of x̂ = 0.
            var gain = products.QX * products.QX / products.QQ;
            if (products.QQ > 0 && gain > bestGain)
            {
                (best, bestGain) = (products.QX / products.QQ, gain);
            }
        }

        return best;
    }

    /// <summary>The scale s ≥ 0 and minimum m ≥ 0 for x̂ = s·q − m with q from 0 to <paramref name="last"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (float Scale, float Minimum) FitScaleAndMinimum(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, int last)
    {
        float least = 0, largest = values[0], w = 0, wx = 0, wxx = 0;
        for (var i = 0; i < values.Length; i++)
        {
            least = MathF.Min(least, values[i]);
            largest = MathF.Max(largest, values[i]);
            w += weights[i];
            wx += weights[i] * values[i];
            wxx += weights[i] * values[i] * values[i];
        }

        var range = largest - least;
        if (range < 1e-30f)
        {
            return (0, -least);
        }

        (float Scale, float Minimum) best = (range / last, -least);
        var bestError = float.PositiveInfinity;
        for (var tenths = -MostTenths; tenths <= MostTenths; tenths++)
        {
            Try(values, weights, -least, (last + tenths / 10f) / range);
        }

        for (var round = 0; round < MostRounds && best.Scale > 0; round++)
        {
            var before = bestError;
            Try(values, weights, best.Minimum, 1 / best.Scale);
            if (bestError >= before)
            {
                break;
            }
        }

        return best;

        void Try(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, float minimum, float inverse)
        {
            var sums = Sums.Of(values, weights, minimum, inverse, 0, last);
            var determinant = w * sums.QQ - sums.Q * sums.Q;
            if (!(determinant > 0))
            {
                return;
            }

            var scale = (w * sums.QX - wx * sums.Q) / determinant;
            var offset = (sums.QQ * wx - sums.Q * sums.QX) / determinant;
            if (offset > 0)
            {
                (scale, offset) = (sums.QX / sums.QQ, 0);
            }

            var error = wxx - 2 * (scale * sums.QX + offset * wx) + scale * scale * sums.QQ + 2 * scale * offset * sums.Q + offset * offset * w;
            if (scale >= 0 && error < bestError)
            {
                (best, bestError) = ((scale, -offset), error);
            }
        }
    }

    /// <summary>Σ w·(x − x̂)² for the nearest x̂ = <paramref name="scale"/>·q − <paramref name="minimum"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Error(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, float scale, float minimum, int first, int last)
    {
        var inverse = scale == 0 ? 0 : 1 / scale;
        var error = Vector256<float>.Zero;
        for (var i = 0; i < values.Length; i += Vector256<float>.Count)
        {
            var x = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(values), (nuint)i);
            var difference = x - (Steps(x, minimum, inverse, first, last) * scale - Vector256.Create(minimum));
            error += Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(weights), (nuint)i) * difference * difference;
        }

        return Vector256.Sum(error);
    }

    /// <summary>The nearest q to x = s·q − m, with <paramref name="inverse"/> 1/s.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Steps(Vector256<float> x, float minimum, float inverse, int first, int last)
        => Vector256.MinNative(
            Vector256.MaxNative(Vector256.Round((x + Vector256.Create(minimum)) * inverse), Vector256.Create((float)first)),
            Vector256.Create((float)last));

    /// <summary>Σ w·q, Σ w·q² and Σ w·q·x.</summary>
    private readonly record struct Sums(float Q, float QQ, float QX)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Sums Of(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, float minimum, float inverse, int first, int last)
        {
            Vector256<float> sumQ = default, sumQQ = default, sumQX = default;
            for (var i = 0; i < values.Length; i += Vector256<float>.Count)
            {
                var x = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(values), (nuint)i);
                var q = Steps(x, minimum, inverse, first, last);
                var weighted = q * Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(weights), (nuint)i);
                sumQ += weighted;
                sumQQ += weighted * q;
                sumQX += weighted * x;
            }

            return new(Vector256.Sum(sumQ), Vector256.Sum(sumQQ), Vector256.Sum(sumQX));
        }
    }
}
