using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static OlmoSharp.Inference.Native.Kernels.EightRows;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>
/// Products of ggml's <c>q8_0</c>, signed bytes. The instruction multiplies unsigned with signed ones: the sign of the weight goes to x. Two
/// products fit 16 bits: 2 · 128 · 127 &lt; 2¹⁵.
/// </summary>
internal readonly unsafe struct Q8ZeroKernel : IIntegerKernel
{
    private const int BlockBytes = 34, StepsAt = 2;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(byte** rows, in QuantizedInputs x, int* inputs, int count, Vector256<float>* sums, Vector256<int>* integers)
    {
        new Span<Vector256<float>>(sums, count).Clear();
        var signed = (Vector256<sbyte>*)integers;
        var values = (int*)x.Values;
        var scales = x.Scales;
        for (nint at = 0, end = (nint)x.Columns / QuantizedInputs.Block * BlockBytes; at < end; at += BlockBytes)
        {
            var scale = LoadHalf(rows, at);
            Load(rows, at + StepsAt, out var w0, out var w1, out var w2, out var w3);
            Load(rows, at + StepsAt + 16, out var w4, out var w5, out var w6, out var w7);
            (signed[0], signed[1], signed[2], signed[3]) = (w0.AsSByte(), w1.AsSByte(), w2.AsSByte(), w3.AsSByte());
            (signed[4], signed[5], signed[6], signed[7]) = (w4.AsSByte(), w5.AsSByte(), w6.AsSByte(), w7.AsSByte());
            (w0, w1, w2, w3) = (Avx2.Abs(w0.AsSByte()), Avx2.Abs(w1.AsSByte()), Avx2.Abs(w2.AsSByte()), Avx2.Abs(w3.AsSByte()));
            (w4, w5, w6, w7) = (Avx2.Abs(w4.AsSByte()), Avx2.Abs(w5.AsSByte()), Avx2.Abs(w6.AsSByte()), Avx2.Abs(w7.AsSByte()));
            for (nint i = 0; i < count; i++)
            {
                nint input = inputs[i];
                var v = values + input * (QuantizedInputs.Block / 4);
                var total = Signed(w0, signed, v) + Signed(w1, signed + 1, v + 1) + (Signed(w2, signed + 2, v + 2) + Signed(w3, signed + 3, v + 3))
                    + (Signed(w4, signed + 4, v + 4) + Signed(w5, signed + 5, v + 5) + (Signed(w6, signed + 6, v + 6) + Signed(w7, signed + 7, v + 7)));
                sums[i] = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(total), scale * Vector256.Create(scales[input]), sums[i]);
            }

            values += (long)x.Rows * (QuantizedInputs.Block / 4);
            scales += x.Rows;
        }
    }

    /// <summary>Row by row, with the eight sums of a block brought together: less work than to exchange rows and columns, which pays only where more than one row of x uses it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyOne(byte** rows, in QuantizedInputs x, int input, Vector256<float>* sum, Vector256<int>* room)
    {
        var total = Vector256<float>.Zero;
        var values = (Vector256<sbyte>*)x.Values + input;
        var scales = x.Scales + input;
        for (nint at = 0, end = (nint)x.Columns / QuantizedInputs.Block * BlockBytes; at < end; at += BlockBytes)
        {
            var v = *values;
            var a = AddPairs(
                AddLanes(Row(rows[0] + at + StepsAt, v), Row(rows[1] + at + StepsAt, v)), AddLanes(Row(rows[2] + at + StepsAt, v), Row(rows[3] + at + StepsAt, v)));
            var b = AddPairs(
                AddLanes(Row(rows[4] + at + StepsAt, v), Row(rows[5] + at + StepsAt, v)), AddLanes(Row(rows[6] + at + StepsAt, v), Row(rows[7] + at + StepsAt, v)));
            var scale = LoadHalf(rows, at) * Vector256.Create(*scales);
            total = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(AddHalves(a, b)), scale, total);
            values += x.Rows;
            scales += x.Rows;
        }

        *sum = total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Row(byte* at, Vector256<sbyte> x)
    {
        var w = Vector256.Load((sbyte*)at);
        return DotPairs(Avx2.MultiplyAddAdjacent(Avx2.Abs(w), Avx2.Sign(x, w)), Vector256.Create((short)1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Signed(Vector256<byte> magnitude, Vector256<sbyte>* w, int* x)
        => DotPairs(Avx2.MultiplyAddAdjacent(magnitude, Avx2.Sign(Broadcast(x), *w)), Vector256.Create((short)1));
}
