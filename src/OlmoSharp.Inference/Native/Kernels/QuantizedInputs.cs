using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>
/// Rows of x as signed 8-bit steps of a scale, as integer products need them. Blocks of 32 columns are stored by block and then by row, so
/// that a kernel that goes along the columns of a few rows of weights reads them in order.
/// </summary>
internal readonly unsafe struct QuantizedInputs
{
    /// <summary>Columns of a block.</summary>
    public const int Block = 32;

    private const int Half = Block / 2;
    private const int LastStep = sbyte.MaxValue;

    /// <summary>Lays the parts out in memory.</summary>
    /// <param name="memory">At least <see cref="BytesOf"/> of it, aligned to 64 bytes.</param>
    /// <param name="rows">Rows of x.</param>
    /// <param name="columns">Columns of x, a multiple of <paramref name="group"/>.</param>
    /// <param name="group">Columns that share a scale: 32 or a multiple of it.</param>
    public QuantizedInputs(byte* memory, int rows, int columns, int group)
    {
        (Rows, Columns, Group) = (rows, columns, group);
        var blocks = (long)rows * (columns / Block);
        Values = (sbyte*)memory;
        Scales = (float*)(memory + blocks * Block);
        Sums = (int*)(Scales + blocks);
    }

    /// <summary>[blocks, rows, 32] steps.</summary>
    public sbyte* Values { get; }

    /// <summary>[blocks, rows] scales; blocks of a group have the same.</summary>
    public float* Scales { get; }

    /// <summary>
    /// [blocks, rows] sums of a block's steps. Where blocks share a scale: [groups, rows, blocks of a group], the sum of the first 16 in the lower half of the bits, of the last 16 in the upper.
    /// </summary>
    public int* Sums { get; }

    /// <summary>Rows of x.</summary>
    public int Rows { get; }

    /// <summary>Columns of x.</summary>
    public int Columns { get; }

    /// <summary>Columns that share a scale.</summary>
    public int Group { get; }

    /// <summary>Where the sum of a block is.</summary>
    public long SumIndex(int block, int row)
    {
        var blocks = Group / Block;
        return ((long)(block / blocks) * Rows + row) * blocks + block % blocks;
    }

    /// <summary>Bytes that the parts take.</summary>
    public static long BytesOf(int rows, int columns) => ((long)rows * (columns / Block) * (Block + sizeof(float) + sizeof(int)) + 63) / 64 * 64;

    /// <summary>Stores a row of x: the largest magnitude of a group becomes ±127 steps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Store(float* x, int row)
    {
        for (var begin = 0; begin < Columns; begin += Group)
        {
            var largest = LargestMagnitude(x + begin, Group);
            var scale = largest / LastStep;
            // A scale too small to be inverted stands for zeros.
            var inverse = 1 / scale;
            inverse = float.IsFinite(inverse) ? inverse : 0;
            for (var i = begin; i < begin + Group; i += Block)
            {
                var at = (long)(i / Block) * Rows + row;
                Scales[at] = scale;
                int first = StoreHalf(x + i, inverse, Values + at * Block), second = StoreHalf(x + i + Half, inverse, Values + at * Block + Half);
                Sums[SumIndex(i / Block, row)] = Group == Block ? first + second : (first & 0xFFFF) | (second << 16);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float LargestMagnitude(float* x, int count)
    {
        var largest = Vector256<float>.Zero;
        for (var i = 0; i < count; i += Vector256<float>.Count)
        {
            largest = Vector256.Max(largest, Vector256.Abs(Vector256.Load(x + i)));
        }

        var four = Vector128.Max(largest.GetLower(), largest.GetUpper());
        return MathF.Max(MathF.Max(four[0], four[1]), MathF.Max(four[2], four[3]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int StoreHalf(float* x, float inverse, sbyte* steps)
    {
        var factor = Vector256.Create(inverse);
        var first = Vector256.ConvertToInt32Native(Vector256.Round(Vector256.Load(x) * factor));
        var second = Vector256.ConvertToInt32Native(Vector256.Round(Vector256.Load(x + Vector256<float>.Count) * factor));
        var both = Vector256.Narrow(first, second);
        Vector128.Narrow(both.GetLower(), both.GetUpper()).Store(steps);
        return Vector256.Sum(first + second);
    }
}
