using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>
/// Inner products of four rows of weights with one to three rows of x, over a block of columns. Each has eight sums, one for every eighth
/// column, that are kept in a register and added at the block's end: the order is the same in every tile, so that a product does not depend on
/// which tile it lies in.
/// </summary>
internal static unsafe class FloatTile
{
    /// <summary>Rows of weights of a tile.</summary>
    public const int Rows = 4;

    /// <summary>Most rows of x of a tile: with four rows, twelve sums, which leaves four of sixteen registers for what is being multiplied.</summary>
    public const int Inputs = 3;

    /// <summary>Columns that are multiplied at once.</summary>
    public const int Lanes = 8;

    /// <summary>Adds the products of a block of columns to totals.</summary>
    /// <param name="w">First of the columns in each row of weights.</param>
    /// <param name="x">First of the columns in each row of x.</param>
    /// <param name="inputs">Rows of x, 1 to 3.</param>
    /// <param name="columns">A multiple of eight.</param>
    /// <param name="totals">[inputs, 4].</param>
    /// <param name="ahead">What is read next, to be fetched meanwhile.</param>
    /// <param name="pace">Bytes of it a column, at most 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<T>(byte** w, float** x, int inputs, int columns, Vector128<float>* totals, byte* ahead, int pace)
        where T : struct, IFloatElement
    {
        switch (inputs)
        {
            case 1:
                AddOne<T>(w, x, columns, totals, ahead, pace);
                break;
            case 2:
                AddTwo<T>(w, x, columns, totals, ahead, pace);
                break;
            default:
                AddThree<T>(w, x, columns, totals, ahead, pace);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddOne<T>(byte** w, float** x, int columns, Vector128<float>* totals, byte* ahead, int pace)
        where T : struct, IFloatElement
    {
        Vector256<float> s0 = Vector256<float>.Zero, s1 = Vector256<float>.Zero, s2 = Vector256<float>.Zero, s3 = Vector256<float>.Zero;
        byte* w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3];
        var x0 = x[0];
        for (nint i = 0; i < columns; i += Lanes)
        {
            var a = Vector256.Load(x0 + i);
            Prefetch(ahead + i * pace);
            var at = i * T.Bytes;
            s0 = Vector256.FusedMultiplyAdd(T.Load(w0 + at), a, s0);
            s1 = Vector256.FusedMultiplyAdd(T.Load(w1 + at), a, s1);
            s2 = Vector256.FusedMultiplyAdd(T.Load(w2 + at), a, s2);
            s3 = Vector256.FusedMultiplyAdd(T.Load(w3 + at), a, s3);
        }

        totals[0] += VectorParts.Sums(s0, s1, s2, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTwo<T>(byte** w, float** x, int columns, Vector128<float>* totals, byte* ahead, int pace)
        where T : struct, IFloatElement
    {
        Vector256<float> s0 = Vector256<float>.Zero, s1 = Vector256<float>.Zero, s2 = Vector256<float>.Zero, s3 = Vector256<float>.Zero, t0 = Vector256<float>.Zero, t1 = Vector256<float>.Zero, t2 = Vector256<float>.Zero, t3 = Vector256<float>.Zero;
        byte* w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3];
        float* x0 = x[0], x1 = x[1];
        for (nint i = 0; i < columns; i += Lanes)
        {
            Vector256<float> a = Vector256.Load(x0 + i), b = Vector256.Load(x1 + i);
            Prefetch(ahead + i * pace);
            var at = i * T.Bytes;
            var v = T.Load(w0 + at);
            s0 = Vector256.FusedMultiplyAdd(v, a, s0);
            t0 = Vector256.FusedMultiplyAdd(v, b, t0);
            v = T.Load(w1 + at);
            s1 = Vector256.FusedMultiplyAdd(v, a, s1);
            t1 = Vector256.FusedMultiplyAdd(v, b, t1);
            v = T.Load(w2 + at);
            s2 = Vector256.FusedMultiplyAdd(v, a, s2);
            t2 = Vector256.FusedMultiplyAdd(v, b, t2);
            v = T.Load(w3 + at);
            s3 = Vector256.FusedMultiplyAdd(v, a, s3);
            t3 = Vector256.FusedMultiplyAdd(v, b, t3);
        }

        totals[0] += VectorParts.Sums(s0, s1, s2, s3);
        totals[1] += VectorParts.Sums(t0, t1, t2, t3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddThree<T>(byte** w, float** x, int columns, Vector128<float>* totals, byte* ahead, int pace)
        where T : struct, IFloatElement
    {
        Vector256<float> s0 = Vector256<float>.Zero, s1 = Vector256<float>.Zero, s2 = Vector256<float>.Zero, s3 = Vector256<float>.Zero, t0 = Vector256<float>.Zero, t1 = Vector256<float>.Zero, t2 = Vector256<float>.Zero, t3 = Vector256<float>.Zero;
        Vector256<float> u0 = Vector256<float>.Zero, u1 = Vector256<float>.Zero, u2 = Vector256<float>.Zero, u3 = Vector256<float>.Zero;
        byte* w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3];
        float* x0 = x[0], x1 = x[1], x2 = x[2];
        for (nint i = 0; i < columns; i += Lanes)
        {
            Vector256<float> a = Vector256.Load(x0 + i), b = Vector256.Load(x1 + i), c = Vector256.Load(x2 + i);
            Prefetch(ahead + i * pace);
            var at = i * T.Bytes;
            var v = T.Load(w0 + at);
            s0 = Vector256.FusedMultiplyAdd(v, a, s0);
            t0 = Vector256.FusedMultiplyAdd(v, b, t0);
            u0 = Vector256.FusedMultiplyAdd(v, c, u0);
            v = T.Load(w1 + at);
            s1 = Vector256.FusedMultiplyAdd(v, a, s1);
            t1 = Vector256.FusedMultiplyAdd(v, b, t1);
            u1 = Vector256.FusedMultiplyAdd(v, c, u1);
            v = T.Load(w2 + at);
            s2 = Vector256.FusedMultiplyAdd(v, a, s2);
            t2 = Vector256.FusedMultiplyAdd(v, b, t2);
            u2 = Vector256.FusedMultiplyAdd(v, c, u2);
            v = T.Load(w3 + at);
            s3 = Vector256.FusedMultiplyAdd(v, a, s3);
            t3 = Vector256.FusedMultiplyAdd(v, b, t3);
            u3 = Vector256.FusedMultiplyAdd(v, c, u3);
        }

        totals[0] += VectorParts.Sums(s0, s1, s2, s3);
        totals[1] += VectorParts.Sums(t0, t1, t2, t3);
        totals[2] += VectorParts.Sums(u0, u1, u2, u3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(byte* at)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(at);
            Sse.Prefetch0(at + 64);
        }
    }
}
