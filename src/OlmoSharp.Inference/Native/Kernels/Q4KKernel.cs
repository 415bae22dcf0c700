using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static OlmoSharp.Inference.Native.Kernels.EightRows;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>
/// Products of ggml's <c>q4_K</c> (see <see cref="OlmoSharp.Models.Gguf.GgufTensorType.Q4K"/>): within a super-block all is integer, with the sub-blocks' scales and minima.
/// </summary>
internal readonly unsafe struct Q4KKernel : IIntegerKernel
{
    private const int BlockBytes = 144, StepsAt = 16, SubBlocks = 8;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(byte** rows, in QuantizedInputs x, int* inputs, int count, Vector256<float>* sums, Vector256<int>* integers)
    {
        new Span<Vector256<float>>(sums, count).Clear();
        var multiples = (Vector256<short>*)(integers + count);
        var minima = multiples + SubBlocks;
        var mask = Vector256.Create((byte)15);
        var values = (int*)x.Values;
        var scales = x.Scales;
        var offsets = x.Sums;
        var stride = (nint)x.Rows * (QuantizedInputs.Block / 4);
        for (nint at = 0, end = (nint)x.Columns / (SubBlocks * QuantizedInputs.Block) * BlockBytes; at < end; at += BlockBytes)
        {
            Load(rows, at, out var units, out var a, out var b, out var c);
            Unpack(a.AsInt32(), b.AsInt32(), c.AsInt32(), multiples, minima);
            var scale = HalfPrecision.Widen(units.AsInt32() << 16 >> 16);
            var minimum = HalfPrecision.Widen(units.AsInt32() >> 16);
            // Not by Span.Clear, whose stores are of another width than the loads that soon follow, which the processor would have to wait for.
            for (nint i = 0; i < count; i++)
            {
                integers[i] = Vector256<int>.Zero;
            }

            for (var pair = 0; pair < SubBlocks / 2; pair++)
            {
                Load(rows, at + StepsAt + pair * 32, out var w0, out var w1, out var w2, out var w3);
                Load(rows, at + StepsAt + pair * 32 + 16, out var w4, out var w5, out var w6, out var w7);
                AddSubBlock(w0 & mask, w1 & mask, w2 & mask, w3 & mask, w4 & mask, w5 & mask, w6 & mask, w7 & mask, multiples[2 * pair], values, inputs, count, integers);
                values += stride;
                AddSubBlock(
                    High(w0), High(w1), High(w2), High(w3), High(w4), High(w5), High(w6), High(w7), multiples[2 * pair + 1], values, inputs, count, integers);
                values += stride;
            }

            for (nint i = 0; i < count; i++)
            {
                nint input = inputs[i];
                var below = Vector256<int>.Zero;
                for (nint j = 0; j < SubBlocks; j++)
                {
                    below += DotPairs(minima[j], Vector256.Create(offsets[input * SubBlocks + j]).AsInt16());
                }

                var unit = Vector256.Create(scales[input]);
                var sum = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(integers[i]), scale * unit, sums[i]);
                sums[i] = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(below), -(minimum * unit), sum);
            }

            scales += (nint)x.Rows * SubBlocks;
            offsets += (nint)x.Rows * SubBlocks;
        }
    }

    /// <summary>Row by row, with the eight sums of a super-block brought together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyOne(byte** rows, in QuantizedInputs x, int input, Vector256<float>* sum, Vector256<int>* room)
    {
        var total = Vector256<float>.Zero;
        var multiples = (Vector256<short>*)room;
        var minima = multiples + SubBlocks;
        var integers = room + 2 * SubBlocks;
        var values = (Vector256<sbyte>*)x.Values + input;
        var scales = x.Scales + input;
        var offsets = x.Sums + (nint)input * SubBlocks;
        nint stride = x.Rows;
        for (nint at = 0, end = (nint)x.Columns / (SubBlocks * QuantizedInputs.Block) * BlockBytes; at < end; at += BlockBytes)
        {
            Load(rows, at, out var units, out var a, out var b, out var c);
            Unpack(a.AsInt32(), b.AsInt32(), c.AsInt32(), multiples, minima);
            var below = Vector256<int>.Zero;
            for (nint j = 0; j < SubBlocks; j++)
            {
                below += DotPairs(minima[j], Vector256.Create(offsets[j]).AsInt16());
            }

            for (nint row = 0; row < Count; row++)
            {
                var w = rows[row] + at + StepsAt;
                var multiple = (int*)multiples + row;
                integers[row] = TwoSubBlocks(w, values, stride, multiple) + TwoSubBlocks(w + 32, values + 2 * stride, stride, multiple + 2 * Count)
                    + (TwoSubBlocks(w + 64, values + 4 * stride, stride, multiple + 4 * Count) + TwoSubBlocks(w + 96, values + 6 * stride, stride, multiple + 6 * Count));
            }

            var unit = Vector256.Create(*scales);
            var scale = HalfPrecision.Widen(units.AsInt32() << 16 >> 16) * unit;
            var minimum = HalfPrecision.Widen(units.AsInt32() >> 16) * unit;
            total = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(SumsOfLanes(integers)), scale, total);
            total = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(below), -minimum, total);
            values += SubBlocks * stride;
            scales += SubBlocks * stride;
            offsets += SubBlocks * stride;
        }

        *sum = total;
    }

    /// <summary>Two sub-blocks of a row: the lower and the upper halves of 32 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> TwoSubBlocks(byte* steps, Vector256<sbyte>* x, nint stride, int* multiple)
    {
        var w = Vector256.Load(steps);
        var low = Avx2.MultiplyAddAdjacent(w & Vector256.Create((byte)15), *x);
        var high = Avx2.MultiplyAddAdjacent(High(w), x[stride]);
        return DotPairs(low, Broadcast(multiple).AsInt16()) + DotPairs(high, Broadcast(multiple + Count).AsInt16());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> High(Vector256<byte> pairs) => (pairs.AsUInt16() >> 4).AsByte() & Vector256.Create((byte)15);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddSubBlock(
        Vector256<byte> w0, Vector256<byte> w1, Vector256<byte> w2, Vector256<byte> w3, Vector256<byte> w4, Vector256<byte> w5, Vector256<byte> w6, Vector256<byte> w7,
        Vector256<short> multiple, int* values, int* inputs, nint count, Vector256<int>* integers)
    {
        for (nint i = 0; i < count; i++)
        {
            var v = values + (nint)inputs[i] * (QuantizedInputs.Block / 4);
            var products = Dot(w0, v) + Dot(w1, v + 1) + (Dot(w2, v + 2) + Dot(w3, v + 3))
                + (Dot(w4, v + 4) + Dot(w5, v + 5) + (Dot(w6, v + 6) + Dot(w7, v + 7)));
            integers[i] += DotPairs(products, multiple);
        }
    }

    /// <summary>The scales and minima of the sub-blocks, each twice in a lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Unpack(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<short>* multiples, Vector256<short>* minima)
    {
        var six = Vector256.Create(63);
        var four = Vector256.Create(15);
        var upper = Vector256.Create(48);
        for (var j = 0; j < SubBlocks / 2; j++)
        {
            multiples[j] = Twice(a & six);
            minima[j] = Twice(b & six);
            multiples[j + 4] = Twice((c & four) | ((a >>> 2) & upper));
            minima[j + 4] = Twice(((c >>> 4) & four) | ((b >>> 2) & upper));
            (a, b, c) = (a >>> 8, b >>> 8, c >>> 8);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Twice(Vector256<int> numbers) => (numbers | (numbers << 16)).AsInt16();
}
