using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static OlmoSharp.Inference.Native.Kernels.EightRows;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>
/// Products of ggml's <c>q6_K</c> (see <see cref="OlmoSharp.Models.Gguf.GgufTensorType.Q6K"/>): steps 0 to 63 above −32, of which two sums of
/// two products fit 16 bits: 2 · 2 · 63 · 127 &lt; 2¹⁵. Within a super-block all is integer.
/// </summary>
internal readonly unsafe struct Q6KKernel : IIntegerKernel
{
    private const int BlockBytes = 210, HighBitsAt = 128, ScalesAt = 192, ScaleAt = 208, Blocks = 8, Zero = 32;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(byte** rows, in QuantizedInputs x, int* inputs, int count, Vector256<float>* sums, Vector256<int>* integers)
    {
        new Span<Vector256<float>>(sums, count).Clear();
        var multiples = (Vector256<short>*)(integers + count);
        var pairs = multiples + 2 * Blocks;
        var values = (int*)x.Values;
        var scales = x.Scales;
        var offsets = x.Sums;
        var stride = (nint)x.Rows * (QuantizedInputs.Block / 4);
        for (nint at = 0, end = (nint)x.Columns / (Blocks * QuantizedInputs.Block) * BlockBytes; at < end; at += BlockBytes)
        {
            var scale = LoadHalf(rows, at + ScaleAt);
            Load(rows, at + ScalesAt, out var s0, out var s1, out var s2, out var s3);
            Unpack(s0.AsInt32(), multiples, pairs);
            Unpack(s1.AsInt32(), multiples + 4, pairs + 2);
            Unpack(s2.AsInt32(), multiples + 8, pairs + 4);
            Unpack(s3.AsInt32(), multiples + 12, pairs + 6);
            for (nint i = 0; i < count; i++)
            {
                var below = Vector256<int>.Zero;
                for (nint j = 0; j < Blocks; j++)
                {
                    below += DotPairs(pairs[j], Vector256.Create(offsets[inputs[i] * Blocks + j]).AsInt16());
                }

                integers[i] = below * -Zero;
            }

            for (var part = 0; part < 4; part++)
            {
                // A half of the super-block, and the first or last 16 elements of its rows of 32.
                int half = part / 2, side = part % 2;
                Load(rows, at + half * 64 + side * 16, out var l0, out var l1, out var l2, out var l3);
                Load(rows, at + half * 64 + side * 16 + 32, out var m0, out var m1, out var m2, out var m3);
                Load(rows, at + HighBitsAt + half * 32 + side * 16, out var h0, out var h1, out var h2, out var h3);
                var v = values + half * 4 * stride + side * 4;
                var multiple = multiples + half * 8 + side;
                AddTwo(
                    First(l0, h0), First(l1, h1), First(l2, h2), First(l3, h3), Second(m0, h0), Second(m1, h1), Second(m2, h2), Second(m3, h3),
                    multiple[0], multiple[2], v, v + stride, inputs, count, integers);
                AddTwo(
                    Third(l0, h0), Third(l1, h1), Third(l2, h2), Third(l3, h3), Fourth(m0, h0), Fourth(m1, h1), Fourth(m2, h2), Fourth(m3, h3),
                    multiple[4], multiple[6], v + 2 * stride, v + 3 * stride, inputs, count, integers);
            }

            for (nint i = 0; i < count; i++)
            {
                sums[i] = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(integers[i]), scale * Vector256.Create(scales[inputs[i]]), sums[i]);
            }

            values += Blocks * stride;
            scales += (nint)x.Rows * Blocks;
            offsets += (nint)x.Rows * Blocks;
        }
    }

    /// <summary>
    /// Row by row, with the eight sums of a super-block brought together. The lower half of a vector is 16 elements of the first half of a super-block, the upper half those of the
    /// second, so that the scales of both stand in the same place of the halves of a vector of all sixteen.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyOne(byte** rows, in QuantizedInputs x, int input, Vector256<float>* sum, Vector256<int>* room)
    {
        var total = Vector256<float>.Zero;
        var integers = room;
        var v = (Vector256<sbyte>*)(room + Count);
        var values = (byte*)((Vector256<sbyte>*)x.Values + input);
        var scales = x.Scales + input;
        var offsets = x.Sums + (nint)input * Blocks;
        var stride = (nint)x.Rows * QuantizedInputs.Block;
        for (nint at = 0, end = (nint)x.Columns / (Blocks * QuantizedInputs.Block) * BlockBytes; at < end; at += BlockBytes)
        {
            for (nint i = 0; i < Blocks / 2; i++)
            {
                var from = values + i * stride;
                v[2 * i] = Halves(from, from + Blocks / 2 * stride).AsSByte();
                v[2 * i + 1] = Halves(from + 16, from + Blocks / 2 * stride + 16).AsSByte();
            }

            var sums = Vector256.Load(offsets).AsInt16();
            for (nint row = 0; row < Count; row++)
            {
                var w = rows[row] + at;
                var multiples = Avx2.ConvertToVector256Int16((sbyte*)w + ScalesAt);
                integers[row] = Side(w, 0, v, multiples) + Side(w + 16, 2, v + 1, multiples) - (DotPairs(multiples, sums) << 5);
            }

            var scale = LoadHalf(rows, at + ScaleAt) * Vector256.Create(*scales);
            total = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(SumsOfLanes(integers)), scale, total);
            values += Blocks * stride;
            scales += (nint)x.Rows * Blocks;
            offsets += (nint)x.Rows * Blocks;
        }

        *sum = total;
    }

    /// <summary>The first or the last 16 elements of all rows of 32, of both halves of a super-block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Side(byte* w, byte at, Vector256<sbyte>* x, Vector256<short> multiples)
    {
        var (l, m, h) = (Halves(w, w + 64), Halves(w + 32, w + 96), Halves(w + HighBitsAt, w + HighBitsAt + 32));
        return Part(First(l, h), x[0], multiples, at) + Part(Second(m, h), x[2], multiples, (byte)(at + 4))
            + (Part(Third(l, h), x[4], multiples, (byte)(at + 8)) + Part(Fourth(m, h), x[6], multiples, (byte)(at + 12)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Part(Vector256<byte> steps, Vector256<sbyte> x, Vector256<short> multiples, byte at)
    {
        var place = Vector256.Create((short)(at | ((at + 1) << 8))).AsByte();
        return DotPairs(Avx2.MultiplyAddAdjacent(steps, x), Avx2.Shuffle(multiples.AsByte(), place).AsInt16());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> First(Vector256<byte> low, Vector256<byte> high)
        => (low & Vector256.Create((byte)15)) | ((high.AsUInt16() << 4).AsByte() & Vector256.Create((byte)48));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Second(Vector256<byte> low, Vector256<byte> high)
        => (low & Vector256.Create((byte)15)) | ((high.AsUInt16() << 2).AsByte() & Vector256.Create((byte)48));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Third(Vector256<byte> low, Vector256<byte> high)
        => ((low.AsUInt16() >> 4).AsByte() & Vector256.Create((byte)15)) | (high & Vector256.Create((byte)48));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Fourth(Vector256<byte> low, Vector256<byte> high)
        => ((low.AsUInt16() >> 4).AsByte() & Vector256.Create((byte)15)) | ((high.AsUInt16() >> 2).AsByte() & Vector256.Create((byte)48));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTwo(
        Vector256<byte> w0, Vector256<byte> w1, Vector256<byte> w2, Vector256<byte> w3, Vector256<byte> u0, Vector256<byte> u1, Vector256<byte> u2, Vector256<byte> u3,
        Vector256<short> first, Vector256<short> second, int* v, int* t, int* inputs, nint count, Vector256<int>* integers)
    {
        for (nint i = 0; i < count; i++)
        {
            var offset = (nint)inputs[i] * (QuantizedInputs.Block / 4);
            var a = DotPairs(Dot(w0, v + offset) + Dot(w1, v + offset + 1), first)
                + DotPairs(Dot(w2, v + offset + 2) + Dot(w3, v + offset + 3), first);
            var b = DotPairs(Dot(u0, t + offset) + Dot(u1, t + offset + 1), second)
                + DotPairs(Dot(u2, t + offset + 2) + Dot(u3, t + offset + 3), second);
            integers[i] += a + b;
        }
    }

    /// <summary>Four scales of each row: each twice in a lane, and two that follow one another in a lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Unpack(Vector256<int> bytes, Vector256<short>* multiples, Vector256<short>* pairs)
    {
        var lower = Vector256.Create(0xFFFF);
        Vector256<int> a = bytes << 24 >> 24, b = bytes << 16 >> 24, c = bytes << 8 >> 24, d = bytes >> 24;
        multiples[0] = ((a & lower) | (a << 16)).AsInt16();
        multiples[1] = ((b & lower) | (b << 16)).AsInt16();
        multiples[2] = ((c & lower) | (c << 16)).AsInt16();
        multiples[3] = ((d & lower) | (d << 16)).AsInt16();
        pairs[0] = ((a & lower) | (b << 16)).AsInt16();
        pairs[1] = ((c & lower) | (d << 16)).AsInt16();
    }
}
