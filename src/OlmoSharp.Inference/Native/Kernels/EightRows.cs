using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>
/// What the integer kernels share. They multiply eight rows of weights at once. For many inputs, a row is in each 32-bit lane: four bytes of a lane are four columns that follow
/// one another, and the same four columns of x stand in all lanes. For one, rows are multiplied as they lie, and their sums brought together, a row in each lane.
/// </summary>
internal static unsafe class EightRows
{
    /// <summary>Rows at once.</summary>
    public const int Count = 8;

    /// <summary>Sixteen bytes of each row, four in each result.</summary>
    /// <param name="rows">The eight rows.</param>
    /// <param name="offset">Of the first byte in each row.</param>
    /// <param name="a">Bytes 0 to 3 of each row.</param>
    /// <param name="b">Bytes 4 to 7.</param>
    /// <param name="c">Bytes 8 to 11.</param>
    /// <param name="d">Bytes 12 to 15.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(byte** rows, nint offset, out Vector256<byte> a, out Vector256<byte> b, out Vector256<byte> c, out Vector256<byte> d)
    {
        Vector256<int> r0 = Halves(rows[0] + offset, rows[4] + offset).AsInt32(), r1 = Halves(rows[1] + offset, rows[5] + offset).AsInt32();
        Vector256<int> r2 = Halves(rows[2] + offset, rows[6] + offset).AsInt32(), r3 = Halves(rows[3] + offset, rows[7] + offset).AsInt32();
        Vector256<long> t0 = Avx2.UnpackLow(r0, r1).AsInt64(), t1 = Avx2.UnpackHigh(r0, r1).AsInt64();
        Vector256<long> t2 = Avx2.UnpackLow(r2, r3).AsInt64(), t3 = Avx2.UnpackHigh(r2, r3).AsInt64();
        a = Avx2.UnpackLow(t0, t2).AsByte();
        b = Avx2.UnpackHigh(t0, t2).AsByte();
        c = Avx2.UnpackLow(t1, t3).AsByte();
        d = Avx2.UnpackHigh(t1, t3).AsByte();
    }

    /// <summary>A half-precision number of each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadHalf(byte** rows, nint offset)
    {
        var bits = Vector128.Create(
            *(ushort*)(rows[0] + offset), *(ushort*)(rows[1] + offset), *(ushort*)(rows[2] + offset), *(ushort*)(rows[3] + offset),
            *(ushort*)(rows[4] + offset), *(ushort*)(rows[5] + offset), *(ushort*)(rows[6] + offset), *(ushort*)(rows[7] + offset));
        return HalfPrecision.Widen(Avx2.ConvertToVector256Int32(bits.AsInt16()));
    }

    /// <summary>Four columns of x in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Broadcast(int* at) => Avx2.BroadcastScalarToVector256(at).AsSByte();

    /// <summary>Products of unsigned with signed bytes, two added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Dot(Vector256<byte> w, int* x) => Avx2.MultiplyAddAdjacent(w, Broadcast(x));

    /// <summary>Products of 16-bit numbers, two added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> DotPairs(Vector256<short> a, Vector256<short> b) => Avx2.MultiplyAddAdjacent(a, b);

    /// <summary>One vector of two: the sums of lanes two apart, those of a and of b in turn. In 16-bit numbers, where these fit, lanes are pairs of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddLanes(Vector256<int> a, Vector256<int> b) => Avx2.UnpackLow(a, b) + Avx2.UnpackHigh(a, b);

    /// <inheritdoc cref="AddLanes(Vector256{int}, Vector256{int})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> AddLanes(Vector256<short> a, Vector256<short> b)
        => Avx2.UnpackLow(a.AsInt32(), b.AsInt32()).AsInt16() + Avx2.UnpackHigh(a.AsInt32(), b.AsInt32()).AsInt16();

    /// <summary>One vector of two that <see cref="AddLanes(Vector256{int}, Vector256{int})"/> made: what is left of four vectors, a lane each in both halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddPairs(Vector256<int> a, Vector256<int> b)
        => Avx2.UnpackLow(a.AsInt64(), b.AsInt64()).AsInt32() + Avx2.UnpackHigh(a.AsInt64(), b.AsInt64()).AsInt32();

    /// <inheritdoc cref="AddPairs(Vector256{int}, Vector256{int})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> AddPairs(Vector256<short> a, Vector256<short> b)
        => Avx2.UnpackLow(a.AsInt64(), b.AsInt64()).AsInt16() + Avx2.UnpackHigh(a.AsInt64(), b.AsInt64()).AsInt16();

    /// <summary>The sums of all lanes of eight vectors, of which the first four and the last four were added to one each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> AddHalves(Vector256<int> a, Vector256<int> b) => Avx2.Permute2x128(a, b, 0x20) + Avx2.Permute2x128(a, b, 0x31);

    /// <summary>The sums of the lanes of eight vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> SumsOfLanes(Vector256<int>* v)
        => AddHalves(AddPairs(AddLanes(v[0], v[1]), AddLanes(v[2], v[3])), AddPairs(AddLanes(v[4], v[5]), AddLanes(v[6], v[7])));

    /// <summary>Sixteen bytes of two places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Halves(byte* lower, byte* upper) => Vector256.Create(Vector128.Load(lower), Vector128.Load(upper));

    /// <summary>How far apart rows lie that are multiplied at once: eight long runs of rows, which the processor fetches faster than many short ones.</summary>
    /// <param name="rows">Rows of a part of the work.</param>
    public static int Stride(int rows) => (rows + Count - 1) / Count;
}
