using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OlmoSharp.Models.Gguf;

/// <summary>
/// Finds scales for groups of elements that are stored as small integers q: those of the least weighted squared error Σ w·(x − x̂)².
/// For given q the best scale is a linear regression; for a given scale the best q are the nearest. Both together have many local optima,
/// so that the search tries many scales, eight at once, one a vector lane. Groups are a multiple of 8 elements. All sums have the same order
/// on every machine.
/// </summary>
internal static class LeastSquares
{
    private const int Trials = 24;
    private const int MostRounds = 4;

    // Half precision knows no scale that small, and reciprocals beyond it would overflow.
    private const float Nothing = 1e-30f;

    /// <summary>
    /// Importance of elements without data about their inputs: the root mean square of the group, so that none counts for nothing, and
    /// the element's magnitude, because large weights are there for a reason.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Weigh(ReadOnlySpan<float> values, Span<float> weights)
    {
        var squares = Vector256<float>.Zero;
        for (var i = 0; i < values.Length; i += Vector256<float>.Count)
        {
            squares += Load(values, i) * Load(values, i);
        }

        var level = Vector256.Create(MathF.Sqrt(Vector256.Sum(squares) / values.Length));
        for (var i = 0; i < values.Length; i += Vector256<float>.Count)
        {
            (level + Vector256.Abs(Load(values, i))).CopyTo(weights[i..]);
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

        if (MathF.Abs(extreme) < Nothing)
        {
            return 0;
        }

        float best = 0, bestGain = 0;
        for (var first = 0; first < Trials; first += Vector256<float>.Count)
        {
            // The largest element goes near the end of the range that has no opposite.
            var inverses = Range(end, first) / Vector256.Create(-extreme);
            var (_, qq, qx) = SumsOfTrials(values, weights, 0, inverses, -end, end - 1);
            // What the best scale for these q takes off the error of x̂ = 0.
            var scales = qx / qq;
            var gains = scales * qx;
            for (var lane = 0; lane < Vector256<float>.Count; lane++)
            {
                if (gains[lane] > bestGain)
                {
                    (best, bestGain) = (scales[lane], gains[lane]);
                }
            }
        }

        return best;
    }

    /// <summary>The scale s ≥ 0 and minimum m ≥ 0 for x̂ = s·q − m with q from 0 to <paramref name="last"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (float Scale, float Minimum) FitScaleAndMinimum(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, int last)
    {
        Vector256<float> leasts = default, largests = Vector256.Create(float.NegativeInfinity), sumW = default, sumWx = default, sumWxx = default;
        for (var i = 0; i < values.Length; i += Vector256<float>.Count)
        {
            Vector256<float> x = Load(values, i), w = Load(weights, i);
            leasts = Vector256.MinNative(leasts, x);
            largests = Vector256.MaxNative(largests, x);
            sumW += w;
            sumWx += w * x;
            sumWxx += w * x * x;
        }

        float least = 0, largest = float.NegativeInfinity;
        for (var lane = 0; lane < Vector256<float>.Count; lane++)
        {
            least = MathF.Min(least, leasts[lane]);
            largest = MathF.Max(largest, largests[lane]);
        }

        var range = largest - least;
        if (range < Nothing)
        {
            return (0, -least);
        }

        var regression = new Regression(Vector256.Create(Vector256.Sum(sumW)), Vector256.Create(Vector256.Sum(sumWx)), Vector256.Create(Vector256.Sum(sumWxx)));
        (float Scale, float Minimum) best = (range / last, -least);
        var bestError = float.PositiveInfinity;
        for (var first = 0; first < Trials; first += Vector256<float>.Count)
        {
            var (q, qq, qx) = SumsOfTrials(values, weights, -least, Range(last, first) / Vector256.Create(range), 0, last);
            var (scales, offsets, errors) = regression.Solve(q, qq, qx);
            for (var lane = 0; lane < Vector256<float>.Count; lane++)
            {
                if (errors[lane] < bestError && scales[lane] >= 0)
                {
                    (best, bestError) = ((scales[lane], -offsets[lane]), errors[lane]);
                }
            }
        }

        for (var round = 0; round < MostRounds && best.Scale > 0; round++)
        {
            var (q, qq, qx) = Sums(values, weights, best.Minimum, 1 / best.Scale, 0, last);
            var (scales, offsets, errors) = regression.Solve(Vector256.Create(q), Vector256.Create(qq), Vector256.Create(qx));
            if (!(errors[0] < bestError && scales[0] >= 0))
            {
                break;
            }

            (best, bestError) = ((scales[0], -offsets[0]), errors[0]);
        }

        return best;
    }

    /// <summary>Σ w·(x − x̂)² for the nearest x̂ = s·q − m with q from 0 to <paramref name="last"/>, of eight pairs of s and m.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vector256<float> Errors(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, Vector256<float> scales, Vector256<float> minima, int last)
    {
        var inverses = Reciprocal(scales);
        var errors = Vector256<float>.Zero;
        for (var i = 0; i < values.Length; i++)
        {
            var shifted = Vector256.Create(values[i]) + minima;
            var difference = shifted - Nearest(shifted * inverses, 0, last) * scales;
            errors += Vector256.Create(weights[i]) * difference * difference;
        }

        return errors;
    }

    /// <summary>The nearest q of each element for x̂ = s·q − m.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Round(ReadOnlySpan<float> values, float scale, float minimum, int first, int last, Span<int> steps)
    {
        var inverse = Reciprocal(Vector256.Create(scale));
        for (var i = 0; i < values.Length; i += Vector256<float>.Count)
        {
            Vector256.ConvertToInt32(Nearest((Load(values, i) + Vector256.Create(minimum)) * inverse, first, last)).CopyTo(steps[i..]);
        }
    }

    /// <summary>Numbers of steps around <paramref name="last"/>, a tenth apart: by so much the largest element may miss the end of the range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Range(int last, int first)
        => (Vector256<float>.Indices + Vector256.Create((float)(first - Trials / 2))) * 0.1f + Vector256.Create((float)last);

    /// <summary>Zero for zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Reciprocal(Vector256<float> scales)
        => Vector256.ConditionalSelect(Vector256.Equals(scales, Vector256<float>.Zero), Vector256<float>.Zero, Vector256<float>.One / scales);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Nearest(Vector256<float> multiples, int first, int last)
        => Vector256.MinNative(Vector256.MaxNative(Vector256.Round(multiples), Vector256.Create((float)first)), Vector256.Create((float)last));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load(ReadOnlySpan<float> values, int at) => Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(values), (nuint)at);

    /// <summary>Σ w·q, Σ w·q² and Σ w·q·x for eight scales at once, with q the nearest to (x + minimum)·inverse.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Q, Vector256<float> QQ, Vector256<float> QX) SumsOfTrials(
        ReadOnlySpan<float> values, ReadOnlySpan<float> weights, float minimum, Vector256<float> inverses, int first, int last)
    {
        Vector256<float> sumQ = default, sumQQ = default, sumQX = default;
        for (var i = 0; i < values.Length; i++)
        {
            var q = Nearest(Vector256.Create(values[i] + minimum) * inverses, first, last);
            var weighted = q * weights[i];
            sumQ += weighted;
            sumQQ += weighted * q;
            sumQX += weighted * values[i];
        }

        return (sumQ, sumQQ, sumQX);
    }

    /// <summary>The same for one scale, eight elements at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (float Q, float QQ, float QX) Sums(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, float minimum, float inverse, int first, int last)
    {
        Vector256<float> sumQ = default, sumQQ = default, sumQX = default;
        for (var i = 0; i < values.Length; i += Vector256<float>.Count)
        {
            var x = Load(values, i);
            var q = Nearest((x + Vector256.Create(minimum)) * inverse, first, last);
            var weighted = q * Load(weights, i);
            sumQ += weighted;
            sumQQ += weighted * q;
            sumQX += weighted * x;
        }

        return (Vector256.Sum(sumQ), Vector256.Sum(sumQQ), Vector256.Sum(sumQX));
    }

    /// <summary>Regression of x on q, of a group with these sums, each in all lanes.</summary>
    private readonly record struct Regression(Vector256<float> W, Vector256<float> Wx, Vector256<float> Wxx)
    {
        /// <summary>The best s and o ≤ 0 for x̂ = s·q + o, and the error; not a number where all q are the same.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public (Vector256<float> Scales, Vector256<float> Offsets, Vector256<float> Errors) Solve(Vector256<float> q, Vector256<float> qq, Vector256<float> qx)
        {
            var determinants = W * qq - q * q;
            var scales = (W * qx - Wx * q) / determinants;
            var offsets = (qq * Wx - q * qx) / determinants;
            var isAbove = Vector256.GreaterThan(offsets, Vector256<float>.Zero);
            scales = Vector256.ConditionalSelect(isAbove, qx / qq, scales);
            offsets = Vector256.ConditionalSelect(isAbove, Vector256<float>.Zero, offsets);
            var errors = Wxx - (scales * qx + offsets * Wx) * 2f + scales * scales * qq + scales * offsets * q * 2f + offsets * offsets * W;
            return (scales, offsets, errors);
        }
    }
}
