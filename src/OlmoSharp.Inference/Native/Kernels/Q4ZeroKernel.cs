using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static OlmoSharp.Inference.Native.Kernels.EightRows;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>Products of ggml's <c>q4_0</c>: steps 0 to 15 above −8. Eight sums of two products each fit 16 bits: 8 · 2 · 15 · 127 &lt; 2¹⁵.</summary>
internal readonly unsafe struct Q4ZeroKernel : IIntegerKernel
{
    private const int BlockBytes = 18, StepsAt = 2;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(byte** rows, in QuantizedInputs x, int* inputs, int count, Vector256<float>* sums, Vector256<int>* integers)
    {
        var ones = Vector256.Create((short)1);
        var mask = Vector256.Create((byte)15);
        new Span<Vector256<float>>(sums, count).Clear();
        var values = (int*)x.Values;
        var scales = x.Scales;
        var offsets = x.Sums;
        for (nint at = 0, end = (nint)x.Columns / QuantizedInputs.Block * BlockBytes; at < end; at += BlockBytes)
        {
            var scale = LoadHalf(rows, at);
            Load(rows, at + StepsAt, out var w0, out var w1, out var w2, out var w3);
            Vector256<byte> w4 = (w0.AsUInt16() >> 4).AsByte() & mask, w5 = (w1.AsUInt16() >> 4).AsByte() & mask;
            Vector256<byte> w6 = (w2.AsUInt16() >> 4).AsByte() & mask, w7 = (w3.AsUInt16() >> 4).AsByte() & mask;
            (w0, w1, w2, w3) = (w0 & mask, w1 & mask, w2 & mask, w3 & mask);
            for (nint i = 0; i < count; i++)
            {
                nint input = inputs[i];
                var v = values + input * (QuantizedInputs.Block / 4);
                var products = Dot(w0, v) + Dot(w1, v + 1) + (Dot(w2, v + 2) + Dot(w3, v + 3))
                    + (Dot(w4, v + 4) + Dot(w5, v + 5) + (Dot(w6, v + 6) + Dot(w7, v + 7)));
                var total = DotPairs(products, ones) - Vector256.Create(offsets[input] * 8);
                sums[i] = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(total), scale * Vector256.Create(scales[input]), sums[i]);
            }

            values += (long)x.Rows * (QuantizedInputs.Block / 4);
            scales += x.Rows;
            offsets += x.Rows;
        }
    }

    /// <summary>Two rows in a vector, row i and row i + 4, so that what is left of all eight lies in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyOne(byte** rows, in QuantizedInputs x, int input, Vector256<float>* sum, Vector256<int>* room)
    {
        var total = Vector256<float>.Zero;
        var ones = Vector256.Create((short)1);
        var values = (byte*)((Vector256<sbyte>*)x.Values + input);
        var scales = x.Scales + input;
        var offsets = x.Sums + input;
        for (nint at = 0, end = (nint)x.Columns / QuantizedInputs.Block * BlockBytes; at < end; at += BlockBytes)
        {
            var low = Avx2.BroadcastVector128ToVector256((sbyte*)values);
            var high = Avx2.BroadcastVector128ToVector256((sbyte*)values + QuantizedInputs.Block / 2);
            var steps = AddPairs(
                AddLanes(TwoRows(rows[0] + at, rows[4] + at, low, high), TwoRows(rows[1] + at, rows[5] + at, low, high)),
                AddLanes(TwoRows(rows[2] + at, rows[6] + at, low, high), TwoRows(rows[3] + at, rows[7] + at, low, high)));
            var product = DotPairs(steps, ones) - Vector256.Create(*offsets * 8);
            var scale = LoadHalf(rows, at) * Vector256.Create(*scales);
            total = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(product), scale, total);
            values += (nint)x.Rows * QuantizedInputs.Block;
            scales += x.Rows;
            offsets += x.Rows;
        }

        *sum = total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> TwoRows(byte* a, byte* b, Vector256<sbyte> low, Vector256<sbyte> high)
    {
        var mask = Vector256.Create((byte)15);
        var w = Halves(a + StepsAt, b + StepsAt);
        return Avx2.MultiplyAddAdjacent(w & mask, low) + Avx2.MultiplyAddAdjacent((w.AsUInt16() >> 4).AsByte() & mask, high);
    }
}
