using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>
/// Inner products of four rows of weights with one to four rows of x, over a block of columns. Each has eight sums, one for every eighth
/// column as it is read, that are kept in a register and added at the block's end: the order is the same in every tile, so that a product does not
/// depend on which tile it lies in.
/// </summary>
internal static unsafe class FloatTile
{
    /// <summary>Rows of weights of a tile.</summary>
    public const int Rows = 4;

    /// <summary>Rows of x of a tile that suit many: with four rows, twelve sums, which leaves four of sixteen registers for what is being multiplied.</summary>
    public const int Inputs = 3;

    /// <summary>Most rows of x of a tile.</summary>
    public const int MostInputs = 4;

    /// <summary>Columns that are multiplied at once.</summary>
    public const int Columns = 16;

    /// <summary>Adds the products of a block of columns to totals.</summary>
    /// <param name="w">First of the columns in each row of weights.</param>
    /// <param name="x">First of the columns in each row of x.</param>
    /// <param name="inputs">Rows of x, 1 to 4.</param>
    /// <param name="columns">A multiple of sixteen.</param>
    /// <param name="totals">[inputs, 4].</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<T>(byte** w, float** x, int inputs, int columns, Vector128<float>* totals)
        where T : struct, IFloatWeights
    {
        switch (inputs)
        {
            case 1:
                AddOne<T>(w, x, columns, totals);
                break;
            case 2:
                AddTwo<T>(w, x, columns, totals);
                break;
            case 3:
                AddThree<T>(w, x, columns, totals);
                break;
            default:
                AddFour<T>(w, x, columns, totals);
                break;
        }
    }

    /// <summary>Adds the products of a block of columns of eight rows of weights with one row of x: the processor fetches eight rows that go on faster than four.</summary>
    /// <param name="w">First of the columns in each row of weights.</param>
    /// <param name="x">First of the columns in the row of x.</param>
    /// <param name="columns">A multiple of sixteen.</param>
    /// <param name="totals">[2, 4].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddEight<T>(byte** w, float* x, int columns, Vector128<float>* totals)
        where T : struct, IFloatWeights
    {
        Vector256<float> s0 = Vector256<float>.Zero, s1 = Vector256<float>.Zero, s2 = Vector256<float>.Zero, s3 = Vector256<float>.Zero;
        Vector256<float> s4 = Vector256<float>.Zero, s5 = Vector256<float>.Zero, s6 = Vector256<float>.Zero, s7 = Vector256<float>.Zero;
        byte* w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3];
        byte* w4 = w[4], w5 = w[5], w6 = w[6], w7 = w[7];
        for (nint i = 0; i < columns; i += Columns)
        {
            var at = i * T.Bytes;
            Vector256<float> a = Vector256.Load(x + i), b = Vector256.Load(x + i + 8);
            s0 = Vector256.FusedMultiplyAdd(T.Second(w0 + at), b, Vector256.FusedMultiplyAdd(T.First(w0 + at), a, s0));
            s1 = Vector256.FusedMultiplyAdd(T.Second(w1 + at), b, Vector256.FusedMultiplyAdd(T.First(w1 + at), a, s1));
            s2 = Vector256.FusedMultiplyAdd(T.Second(w2 + at), b, Vector256.FusedMultiplyAdd(T.First(w2 + at), a, s2));
            s3 = Vector256.FusedMultiplyAdd(T.Second(w3 + at), b, Vector256.FusedMultiplyAdd(T.First(w3 + at), a, s3));
            s4 = Vector256.FusedMultiplyAdd(T.Second(w4 + at), b, Vector256.FusedMultiplyAdd(T.First(w4 + at), a, s4));
            s5 = Vector256.FusedMultiplyAdd(T.Second(w5 + at), b, Vector256.FusedMultiplyAdd(T.First(w5 + at), a, s5));
            s6 = Vector256.FusedMultiplyAdd(T.Second(w6 + at), b, Vector256.FusedMultiplyAdd(T.First(w6 + at), a, s6));
            s7 = Vector256.FusedMultiplyAdd(T.Second(w7 + at), b, Vector256.FusedMultiplyAdd(T.First(w7 + at), a, s7));
        }

        totals[0] += VectorParts.Sums(s0, s1, s2, s3);
        totals[1] += VectorParts.Sums(s4, s5, s6, s7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddOne<T>(byte** w, float** x, int columns, Vector128<float>* totals)
        where T : struct, IFloatWeights
    {
        Vector256<float> s0 = Vector256<float>.Zero, s1 = Vector256<float>.Zero, s2 = Vector256<float>.Zero, s3 = Vector256<float>.Zero;
        byte* w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3];
        var x0 = x[0];
        for (nint i = 0; i < columns; i += Columns)
        {
            var at = i * T.Bytes;
            Vector256<float> a = Vector256.Load(x0 + i), b = Vector256.Load(x0 + i + 8);
            s0 = Vector256.FusedMultiplyAdd(T.Second(w0 + at), b, Vector256.FusedMultiplyAdd(T.First(w0 + at), a, s0));
            s1 = Vector256.FusedMultiplyAdd(T.Second(w1 + at), b, Vector256.FusedMultiplyAdd(T.First(w1 + at), a, s1));
            s2 = Vector256.FusedMultiplyAdd(T.Second(w2 + at), b, Vector256.FusedMultiplyAdd(T.First(w2 + at), a, s2));
            s3 = Vector256.FusedMultiplyAdd(T.Second(w3 + at), b, Vector256.FusedMultiplyAdd(T.First(w3 + at), a, s3));
        }

        totals[0] += VectorParts.Sums(s0, s1, s2, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTwo<T>(byte** w, float** x, int columns, Vector128<float>* totals)
        where T : struct, IFloatWeights
    {
        Vector256<float> s0 = Vector256<float>.Zero, s1 = Vector256<float>.Zero, s2 = Vector256<float>.Zero, s3 = Vector256<float>.Zero;
        Vector256<float> t0 = Vector256<float>.Zero, t1 = Vector256<float>.Zero, t2 = Vector256<float>.Zero, t3 = Vector256<float>.Zero;
        byte* w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3];
        float* x0 = x[0], x1 = x[1];
        for (nint i = 0; i < columns; i += Columns)
        {
            var at = i * T.Bytes;
            Vector256<float> a = Vector256.Load(x0 + i), b = Vector256.Load(x1 + i);
            var m = T.First(w0 + at);
            s0 = Vector256.FusedMultiplyAdd(m, a, s0);
            t0 = Vector256.FusedMultiplyAdd(m, b, t0);
            m = T.First(w1 + at);
            s1 = Vector256.FusedMultiplyAdd(m, a, s1);
            t1 = Vector256.FusedMultiplyAdd(m, b, t1);
            m = T.First(w2 + at);
            s2 = Vector256.FusedMultiplyAdd(m, a, s2);
            t2 = Vector256.FusedMultiplyAdd(m, b, t2);
            m = T.First(w3 + at);
            s3 = Vector256.FusedMultiplyAdd(m, a, s3);
            t3 = Vector256.FusedMultiplyAdd(m, b, t3);
            (a, b) = (Vector256.Load(x0 + i + 8), Vector256.Load(x1 + i + 8));
            m = T.Second(w0 + at);
            s0 = Vector256.FusedMultiplyAdd(m, a, s0);
            t0 = Vector256.FusedMultiplyAdd(m, b, t0);
            m = T.Second(w1 + at);
            s1 = Vector256.FusedMultiplyAdd(m, a, s1);
            t1 = Vector256.FusedMultiplyAdd(m, b, t1);
            m = T.Second(w2 + at);
            s2 = Vector256.FusedMultiplyAdd(m, a, s2);
            t2 = Vector256.FusedMultiplyAdd(m, b, t2);
            m = T.Second(w3 + at);
            s3 = Vector256.FusedMultiplyAdd(m, a, s3);
            t3 = Vector256.FusedMultiplyAdd(m, b, t3);
        }

        totals[0] += VectorParts.Sums(s0, s1, s2, s3);
        totals[1] += VectorParts.Sums(t0, t1, t2, t3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddThree<T>(byte** w, float** x, int columns, Vector128<float>* totals)
        where T : struct, IFloatWeights
    {
        Vector256<float> s0 = Vector256<float>.Zero, s1 = Vector256<float>.Zero, s2 = Vector256<float>.Zero, s3 = Vector256<float>.Zero;
        Vector256<float> t0 = Vector256<float>.Zero, t1 = Vector256<float>.Zero, t2 = Vector256<float>.Zero, t3 = Vector256<float>.Zero;
        Vector256<float> u0 = Vector256<float>.Zero, u1 = Vector256<float>.Zero, u2 = Vector256<float>.Zero, u3 = Vector256<float>.Zero;
        byte* w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3];
        float* x0 = x[0], x1 = x[1], x2 = x[2];
        for (nint i = 0; i < columns; i += Columns)
        {
            var at = i * T.Bytes;
            Vector256<float> a = Vector256.Load(x0 + i), b = Vector256.Load(x1 + i), c = Vector256.Load(x2 + i);
            var m = T.First(w0 + at);
            s0 = Vector256.FusedMultiplyAdd(m, a, s0);
            t0 = Vector256.FusedMultiplyAdd(m, b, t0);
            u0 = Vector256.FusedMultiplyAdd(m, c, u0);
            m = T.First(w1 + at);
            s1 = Vector256.FusedMultiplyAdd(m, a, s1);
            t1 = Vector256.FusedMultiplyAdd(m, b, t1);
            u1 = Vector256.FusedMultiplyAdd(m, c, u1);
            m = T.First(w2 + at);
            s2 = Vector256.FusedMultiplyAdd(m, a, s2);
            t2 = Vector256.FusedMultiplyAdd(m, b, t2);
            u2 = Vector256.FusedMultiplyAdd(m, c, u2);
            m = T.First(w3 + at);
            s3 = Vector256.FusedMultiplyAdd(m, a, s3);
            t3 = Vector256.FusedMultiplyAdd(m, b, t3);
            u3 = Vector256.FusedMultiplyAdd(m, c, u3);
            (a, b, c) = (Vector256.Load(x0 + i + 8), Vector256.Load(x1 + i + 8), Vector256.Load(x2 + i + 8));
            m = T.Second(w0 + at);
            s0 = Vector256.FusedMultiplyAdd(m, a, s0);
            t0 = Vector256.FusedMultiplyAdd(m, b, t0);
            u0 = Vector256.FusedMultiplyAdd(m, c, u0);
            m = T.Second(w1 + at);
            s1 = Vector256.FusedMultiplyAdd(m, a, s1);
            t1 = Vector256.FusedMultiplyAdd(m, b, t1);
            u1 = Vector256.FusedMultiplyAdd(m, c, u1);
            m = T.Second(w2 + at);
            s2 = Vector256.FusedMultiplyAdd(m, a, s2);
            t2 = Vector256.FusedMultiplyAdd(m, b, t2);
            u2 = Vector256.FusedMultiplyAdd(m, c, u2);
            m = T.Second(w3 + at);
            s3 = Vector256.FusedMultiplyAdd(m, a, s3);
            t3 = Vector256.FusedMultiplyAdd(m, b, t3);
            u3 = Vector256.FusedMultiplyAdd(m, c, u3);
        }

        totals[0] += VectorParts.Sums(s0, s1, s2, s3);
        totals[1] += VectorParts.Sums(t0, t1, t2, t3);
        totals[2] += VectorParts.Sums(u0, u1, u2, u3);
    }

    /// <summary>Two rows after the other two: eight sums each, and all of x for weights that are read as float32 once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddFour<T>(byte** w, float** x, int columns, Vector128<float>* totals)
        where T : struct, IFloatWeights
    {
        var lower = stackalloc Vector256<float>[2 * MostInputs];
        var upper = stackalloc Vector256<float>[2 * MostInputs];
        AddTwoRows<T>(w, x, columns, lower);
        AddTwoRows<T>(w + 2, x, columns, upper);
        for (var i = 0; i < MostInputs; i++)
        {
            totals[i] += VectorParts.Sums(lower[i], lower[i + MostInputs], upper[i], upper[i + MostInputs]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTwoRows<T>(byte** w, float** x, int columns, Vector256<float>* sums)
        where T : struct, IFloatWeights
    {
        Vector256<float> s0 = Vector256<float>.Zero, t0 = Vector256<float>.Zero, u0 = Vector256<float>.Zero, v0 = Vector256<float>.Zero;
        Vector256<float> s1 = Vector256<float>.Zero, t1 = Vector256<float>.Zero, u1 = Vector256<float>.Zero, v1 = Vector256<float>.Zero;
        byte* w0 = w[0], w1 = w[1], next0 = w[2], next1 = w[3];
        float* x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3];
        for (nint i = 0; i < columns; i += Columns)
        {
            var at = i * T.Bytes;
            // The processor fetches two rows that go on slower than more.
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(next0 + at);
                Sse.Prefetch0(next1 + at);
            }

            Vector256<float> a = Vector256.Load(x0 + i), b = Vector256.Load(x1 + i), c = Vector256.Load(x2 + i), d = Vector256.Load(x3 + i);
            var m = T.First(w0 + at);
            s0 = Vector256.FusedMultiplyAdd(m, a, s0);
            t0 = Vector256.FusedMultiplyAdd(m, b, t0);
            u0 = Vector256.FusedMultiplyAdd(m, c, u0);
            v0 = Vector256.FusedMultiplyAdd(m, d, v0);
            m = T.First(w1 + at);
            s1 = Vector256.FusedMultiplyAdd(m, a, s1);
            t1 = Vector256.FusedMultiplyAdd(m, b, t1);
            u1 = Vector256.FusedMultiplyAdd(m, c, u1);
            v1 = Vector256.FusedMultiplyAdd(m, d, v1);
            (a, b, c, d) = (Vector256.Load(x0 + i + 8), Vector256.Load(x1 + i + 8), Vector256.Load(x2 + i + 8), Vector256.Load(x3 + i + 8));
            m = T.Second(w0 + at);
            s0 = Vector256.FusedMultiplyAdd(m, a, s0);
            t0 = Vector256.FusedMultiplyAdd(m, b, t0);
            u0 = Vector256.FusedMultiplyAdd(m, c, u0);
            v0 = Vector256.FusedMultiplyAdd(m, d, v0);
            m = T.Second(w1 + at);
            s1 = Vector256.FusedMultiplyAdd(m, a, s1);
            t1 = Vector256.FusedMultiplyAdd(m, b, t1);
            u1 = Vector256.FusedMultiplyAdd(m, c, u1);
            v1 = Vector256.FusedMultiplyAdd(m, d, v1);
        }

        (sums[0], sums[1], sums[2], sums[3]) = (s0, t0, u0, v0);
        (sums[4], sums[5], sums[6], sums[7]) = (s1, t1, u1, v1);
    }
}
