using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OlmoSharp.Models.Gguf;

/// <summary>
/// The super-block of ggml's <c>q4_K</c>: 256 numbers q from 0 to 15 in 8 sub-blocks of 32, each with a 6-bit scale s and a 6-bit minimum
/// m, and half-precision scales d of the scales and e of the minima; an element is d·s·q − e·m. The 12 bytes of scales and minima: bytes
/// 0 to 3 and 4 to 7 hold s and m of the first four sub-blocks in their lower six bits; bytes 8 to 11 hold the lower four bits of s (low
/// half) and m (high half) of the others, whose upper two bits are the upper two of bytes 0 to 3 and 4 to 7. Then 32 bytes for each two
/// sub-blocks: the first in the low halves, the second in the high.
/// </summary>
internal static class Q4KBlock
{
    public const int Elements = 256;
    public const int Bytes = StepsAt + Elements / 2;

    private const int SubBlock = 32;
    private const int SubBlocks = Elements / SubBlock;
    private const int PackedAt = 2 * sizeof(ushort);
    private const int StepsAt = PackedAt + 12;
    private const int LastStep = 15;
    private const int LastMultiple = 63;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Encode(ReadOnlySpan<float> from, Span<byte> to)
    {
        Span<float> weights = stackalloc float[Elements];
        Span<float> scales = stackalloc float[SubBlocks], minima = stackalloc float[SubBlocks];
        Span<int> scaleMultiples = stackalloc int[SubBlocks], minimumMultiples = stackalloc int[SubBlocks];
        Span<int> steps = stackalloc int[Elements];
        for (; from.Length > 0; from = from[Elements..], to = to[Bytes..])
        {
            float largestScale = 0, largestMinimum = 0;
            for (var i = 0; i < SubBlocks; i++)
            {
                var values = from.Slice(i * SubBlock, SubBlock);
                var importance = weights.Slice(i * SubBlock, SubBlock);
                LeastSquares.Weigh(values, importance);
                (scales[i], minima[i]) = LeastSquares.FitScaleAndMinimum(values, importance, LastStep);
                largestScale = MathF.Max(largestScale, scales[i]);
                largestMinimum = MathF.Max(largestMinimum, minima[i]);
            }

            Half scaleUnit = LeastSquares.Unit(largestScale / LastMultiple), minimumUnit = LeastSquares.Unit(largestMinimum / LastMultiple);
            for (var i = 0; i < SubBlocks; i++)
            {
                (scaleMultiples[i], minimumMultiples[i]) = NearestMultiples(
                    from.Slice(i * SubBlock, SubBlock), weights.Slice(i * SubBlock, SubBlock), scales[i], minima[i], (float)scaleUnit, (float)minimumUnit);
            }

            BinaryPrimitives.WriteHalfLittleEndian(to, scaleUnit);
            BinaryPrimitives.WriteHalfLittleEndian(to[sizeof(ushort)..], minimumUnit);
            Pack(scaleMultiples, minimumMultiples, to[PackedAt..StepsAt]);
            for (var i = 0; i < SubBlocks; i++)
            {
                LeastSquares.Round(
                    from.Slice(i * SubBlock, SubBlock), (float)scaleUnit * scaleMultiples[i], (float)minimumUnit * minimumMultiples[i], 0, LastStep,
                    steps.Slice(i * SubBlock, SubBlock));
            }

            for (var i = 0; i < Elements / 2; i++)
            {
                var low = i / SubBlock * 2 * SubBlock + i % SubBlock;
                to[StepsAt + i] = (byte)(steps[low] | (steps[low + SubBlock] << 4));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Decode(ReadOnlySpan<byte> from, Span<float> to)
    {
        for (; to.Length > 0; from = from[Bytes..], to = to[Elements..])
        {
            var scaleUnit = (float)BinaryPrimitives.ReadHalfLittleEndian(from);
            var minimumUnit = (float)BinaryPrimitives.ReadHalfLittleEndian(from[sizeof(ushort)..]);
            for (var i = 0; i < SubBlocks; i++)
            {
                var (scaleMultiple, minimumMultiple) = Unpack(from[PackedAt..StepsAt], i);
                float scale = scaleUnit * scaleMultiple, minimum = minimumUnit * minimumMultiple;
                // Two sub-blocks share their bytes.
                var steps = from.Slice(StepsAt + i / 2 * SubBlock, SubBlock);
                var shift = i % 2 * 4;
                var values = to.Slice(i * SubBlock, SubBlock);
                for (var j = 0; j < values.Length; j++)
                {
                    values[j] = scale * (steps[j] >> shift & LastStep) - minimum;
                }
            }
        }
    }

    /// <summary>The whole multiples of the units with the least error among those next to a scale and a minimum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (int Scale, int Minimum) NearestMultiples(
        ReadOnlySpan<float> values, ReadOnlySpan<float> weights, float scale, float minimum, float scaleUnit, float minimumUnit)
    {
        var nearScale = scaleUnit == 0 ? 0 : MathF.Round(scale / scaleUnit);
        var nearMinimum = minimumUnit == 0 ? 0 : MathF.Round(minimum / minimumUnit);
        (float, float) best = default;
        var bestError = float.PositiveInfinity;
        // A coarser unit than the search knew moves the minimum more than the scale.
        for (var s = -1; s <= 1; s++)
        {
            var scaleMultiple = Math.Clamp(nearScale + s, 0, LastMultiple);
            var minimumMultiples = Vector256.MinNative(
                Vector256.MaxNative(Vector256<float>.Indices + Vector256.Create(nearMinimum - 3), Vector256<float>.Zero), Vector256.Create((float)LastMultiple));
            var errors = LeastSquares.Errors(values, weights, Vector256.Create(scaleUnit * scaleMultiple), minimumMultiples * minimumUnit, LastStep);
            for (var lane = 0; lane < Vector256<float>.Count; lane++)
            {
                if (errors[lane] < bestError)
                {
                    (best, bestError) = ((scaleMultiple, minimumMultiples[lane]), errors[lane]);
                }
            }
        }

        return ((int)best.Item1, (int)best.Item2);
    }

    private static void Pack(ReadOnlySpan<int> scales, ReadOnlySpan<int> minima, Span<byte> packed)
    {
        for (var i = 0; i < SubBlocks / 2; i++)
        {
            int laterScale = scales[i + SubBlocks / 2], laterMinimum = minima[i + SubBlocks / 2];
            packed[i] = (byte)(scales[i] | (laterScale >> 4 << 6));
            packed[i + 4] = (byte)(minima[i] | (laterMinimum >> 4 << 6));
            packed[i + 8] = (byte)((laterScale & 15) | ((laterMinimum & 15) << 4));
        }
    }

    private static (int Scale, int Minimum) Unpack(ReadOnlySpan<byte> packed, int subBlock)
    {
        var i = subBlock % (SubBlocks / 2);
        return subBlock == i
            ? (packed[i] & 63, packed[i + 4] & 63)
            : ((packed[i + 8] & 15) | (packed[i] >> 6 << 4), (packed[i + 8] >> 4) | (packed[i + 4] >> 6 << 4));
    }
}
