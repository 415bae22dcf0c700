using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>Rows of x as float weights of a type need them: in the order of their columns, and multiplied by what the weights are not.</summary>
internal readonly unsafe struct FloatInputs
{
    // With weights below 2¹⁶ and x below this power, products of a scaled row stay far from the ends of the range.
    private const int LargestExponent = 14;

    /// <summary>Lays rows out in memory of <see cref="BytesOf"/>.</summary>
    /// <param name="data">First byte.</param>
    /// <param name="x">[rows, columns].</param>
    /// <param name="rows">Rows of x.</param>
    /// <param name="columns">Columns of x.</param>
    public FloatInputs(byte* data, float* x, int rows, int columns)
    {
        X = x;
        Columns = columns;
        Packed = new((float*)data, rows);
        Factors = (float*)(data + PackedInputs.BytesOf(rows, columns));
    }

    /// <summary>x as it was given, [rows, columns].</summary>
    public float* X { get; }

    /// <summary>Its columns.</summary>
    public int Columns { get; }

    /// <summary>In order, by blocks of columns, without columns that fill no sixteen.</summary>
    public PackedInputs Packed { get; }

    /// <summary>What the sums of each row of x are to be multiplied by, a power of two: [rows].</summary>
    public float* Factors { get; }

    /// <summary>Bytes of so many rows, a multiple of a cache line's.</summary>
    public static long BytesOf(int rows, int columns) => PackedInputs.BytesOf(rows, columns) + (rows * sizeof(float) + 63L) / 64 * 64;

    /// <summary>Brings a row in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Store<T>(int row)
        where T : struct, IFloatWeights
    {
        var x = X + (long)row * Columns;
        var scale = T.Scale;
        Factors[row] = 1;
        if (scale != 1)
        {
            // Exact: only exponents change. A row of large numbers is scaled by less, and its sums afterwards by the rest.
            var rest = Math.Max(0, Exponent(Largest(x)) - LargestExponent);
            scale *= PowerOfTwo(-rest);
            Factors[row] = PowerOfTwo(rest);
        }

        for (var begin = 0; begin < Columns; begin += PackedInputs.Columns)
        {
            var count = Math.Min(PackedInputs.Columns, Columns - begin) / FloatTile.Columns * FloatTile.Columns;
            Order<T>(x + begin, Packed.At(row, begin / PackedInputs.Columns), count, scale);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Order<T>(float* from, float* to, int count, float scale)
        where T : struct, IFloatWeights
    {
        if (!T.IsPaired)
        {
            new ReadOnlySpan<float>(from, count).CopyTo(new(to, count));
            return;
        }

        var factor = Vector256.Create(scale);
        for (var i = 0; i < count; i += FloatTile.Columns)
        {
            var a = Vector256.Shuffle(Vector256.Load(from + i), Vector256.Create(0, 2, 4, 6, 1, 3, 5, 7)) * factor;
            var b = Vector256.Shuffle(Vector256.Load(from + i + 8), Vector256.Create(0, 2, 4, 6, 1, 3, 5, 7)) * factor;
            Vector256.Create(a.GetLower(), b.GetLower()).Store(to + i);
            Vector256.Create(a.GetUpper(), b.GetUpper()).Store(to + i + 8);
        }
    }

    private float Largest(float* x)
    {
        var i = 0;
        var largest = Vector256<float>.Zero;
        for (; i + 8 <= Columns; i += 8)
        {
            largest = Vector256.Max(largest, Vector256.Abs(Vector256.Load(x + i)));
        }

        var one = 0f;
        for (var lane = 0; lane < 8; lane++)
        {
            one = Math.Max(one, largest[lane]);
        }

        for (; i < Columns; i++)
        {
            one = Math.Max(one, Math.Abs(x[i]));
        }

        return one;
    }

    private static int Exponent(float positive) => (BitConverter.SingleToInt32Bits(positive) >> 23) - 127;

    private static float PowerOfTwo(int exponent) => BitConverter.Int32BitsToSingle((exponent + 127) << 23);
}
