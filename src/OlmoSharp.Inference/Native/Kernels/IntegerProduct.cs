using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>Products of quantised weights: eight rows at a time, all inputs while their blocks are in the registers.</summary>
internal static unsafe class IntegerProduct
{
    /// <summary>Most rows of x at a time: their blocks and their sums stay in the first-level cache.</summary>
    public const int Inputs = 64;

    private const int LeastInputs = 16;
    private const int CachedBytes = 1 << 18;

    /// <summary>Bytes that a thread needs to work in.</summary>
    public const int WorkBytes = (2 * Inputs + 24) * 32;

    /// <summary>Computes some rows of weights.</summary>
    /// <param name="job">The product.</param>
    /// <param name="begin">First row, a multiple of eight.</param>
    /// <param name="end">One past the last row.</param>
    /// <param name="x">The inputs.</param>
    /// <param name="work">This thread's <see cref="WorkBytes"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TKernel>(in ProductJob job, int begin, int end, in QuantizedInputs x, byte* work)
        where TKernel : struct, IIntegerKernel
    {
        var sums = (Vector256<float>*)work;
        var integers = (Vector256<int>*)(sums + Inputs);
        // Rows of x that stay in the second-level cache for all rows of weights.
        var inputs = Math.Clamp(CachedBytes / job.Columns, LeastInputs, Inputs);
        var stride = EightRows.Stride(end - begin);
        for (var first = 0; first < job.Count; first += inputs)
        {
            var count = Math.Min(inputs, job.Count - first);
            for (var row = begin; row < begin + stride; row++)
            {
                RunRows<TKernel>(job, row, stride, first, count, x, sums, integers);
                var output = job.Output + (long)first * job.OutputStride + row;
                for (var i = 0; i < count; i++, output += job.OutputStride)
                {
                    Store(sums[i], output, stride, end - row);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunRows<TKernel>(in ProductJob job, int row, int stride, int first, int count, in QuantizedInputs x, Vector256<float>* sums, Vector256<int>* integers)
        where TKernel : struct, IIntegerKernel
    {
        var rows = stackalloc byte*[EightRows.Count];
        for (var i = 0; i < EightRows.Count; i++)
        {
            rows[i] = job.Row(row + i * stride);
        }

        if (count == 1)
        {
            TKernel.MultiplyOne(rows, x, job.Inputs[first], sums, integers);
        }
        else
        {
            TKernel.Multiply(rows, x, job.Inputs + first, count, sums, integers);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> sums, float* output, int stride, int rows)
    {
        if (stride == 1 && rows >= EightRows.Count)
        {
            sums.Store(output);
            return;
        }

        for (var i = 0; i < EightRows.Count && i * stride < rows; i++)
        {
            output[i * stride] = sums[i];
        }
    }
}
