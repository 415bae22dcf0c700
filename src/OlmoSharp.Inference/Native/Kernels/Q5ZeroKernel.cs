using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static OlmoSharp.Inference.Native.Kernels.EightRows;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>
/// Products of ggml's <c>q5_0</c>: steps 0 to 31 above −16, their fifth bits in 32 bits of their own. Four sums of two products each fit 16 bits: 4 · 2 · 31 · 127 &lt; 2¹⁵.
/// A vector holds two rows, row i and row i + 4, so that the sums of all eight come to lie in order.
/// </summary>
internal readonly unsafe struct Q5ZeroKernel : IIntegerKernel
{
    private const int BlockBytes = 22, BitsAt = 2, StepsAt = 6, Zero = 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(byte** rows, in QuantizedInputs x, int* inputs, int count, Vector256<float>* sums, Vector256<int>* integers)
    {
        for (var i = 0; i < count; i++)
        {
            sums[i] = Vector256<float>.Zero;
        }

        var ones = Vector256.Create((short)1);
        var values = x.Values;
        var scales = x.Scales;
        var offsets = x.Sums;
        for (nint at = 0, end = (nint)x.Columns / QuantizedInputs.Block * BlockBytes; at < end; at += BlockBytes)
        {
            var scale = LoadHalf(rows, at);
            Read(rows[0] + at, rows[4] + at, out var f0, out var l0);
            Read(rows[1] + at, rows[5] + at, out var f1, out var l1);
            Read(rows[2] + at, rows[6] + at, out var f2, out var l2);
            Read(rows[3] + at, rows[7] + at, out var f3, out var l3);
            for (nint i = 0; i < count; i++)
            {
                nint input = inputs[i];
                var first = Avx2.BroadcastVector128ToVector256(values + input * QuantizedInputs.Block);
                var last = Avx2.BroadcastVector128ToVector256(values + input * QuantizedInputs.Block + QuantizedInputs.Block / 2);
                var a = AddLanes(Dot(f0, first) + Dot(l0, last), Dot(f1, first) + Dot(l1, last));
                var b = AddLanes(Dot(f2, first) + Dot(l2, last), Dot(f3, first) + Dot(l3, last));
                var total = AddPairs(DotPairs(a, ones), DotPairs(b, ones)) - Vector256.Create(offsets[input] * Zero);
                sums[i] = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(total), scale * Vector256.Create(scales[input]), sums[i]);
            }

            values += (nint)x.Rows * QuantizedInputs.Block;
            scales += x.Rows;
            offsets += x.Rows;
        }
    }

    public static void MultiplyOne(byte** rows, in QuantizedInputs x, int input, Vector256<float>* sum, Vector256<int>* room)
        => Multiply(rows, x, &input, 1, sum, room);

    /// <summary>The first and the last 16 steps of a block of two rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Read(byte* a, byte* b, out Vector256<byte> first, out Vector256<byte> last)
    {
        var mask = Vector256.Create((byte)15);
        var both = Halves(a + StepsAt, b + StepsAt);
        var bits = Vector256.Create(Vector128.Create(*(int*)(a + BitsAt)), Vector128.Create(*(int*)(b + BitsAt))).AsByte();
        first = (both & mask) | FifthBits(bits, Vector256.Create(0L, 0x0101010101010101, 0, 0x0101010101010101));
        last = ((both.AsUInt16() >> 4).AsByte() & mask) | FifthBits(bits, Vector256.Create(0x0202020202020202, 0x0303030303030303, 0x0202020202020202, 0x0303030303030303));
    }

    /// <summary>16 in every byte whose bit is set; <paramref name="bytes"/> tells which byte of the bits it is in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> FifthBits(Vector256<byte> bits, Vector256<long> bytes)
    {
        var single = Vector256.Create(0x8040201008040201).AsByte();
        return Vector256.Equals(Avx2.Shuffle(bits, bytes.AsByte()) & single, single) & Vector256.Create((byte)16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Dot(Vector256<byte> w, Vector256<sbyte> x) => Avx2.MultiplyAddAdjacent(w, x);
}
