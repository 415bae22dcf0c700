using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>Products of quantised weights: eight rows at a time, all inputs while their blocks are in the registers.</summary>
internal static unsafe class IntegerProduct
{
    /// <summary>Most rows of x at a time: their blocks and their sums stay in the first-level cache.</summary>
    public const int Inputs = 64;

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
        var rows = stackalloc byte*[EightRows.Count];
        var sums = (Vector256<float>*)work;
        var integers = (Vector256<int>*)(sums + Inputs);
        for (var row = begin; row < end; row += EightRows.Count)
        {
            for (var i = 0; i < EightRows.Count; i++)
            {
                rows[i] = job.Row(row + i);
            }

            // Rows are short and lie one after the other: the processor does not see by itself which come next.
            var ahead = job.Row(row + EightRows.Count);
            if (job.Count == 1)
            {
                TKernel.MultiplyOne(rows, ahead, x, job.Inputs[0], sums, integers);
                new ReadOnlySpan<float>(sums, Math.Min(EightRows.Count, end - row)).CopyTo(new(job.Output + row, EightRows.Count));
                continue;
            }

            for (var first = 0; first < job.Count; first += Inputs)
            {
                var count = Math.Min(Inputs, job.Count - first);
                TKernel.Multiply(rows, ahead, x, job.Inputs + first, count, sums, integers);
                var output = job.Output + (long)first * job.OutputStride + row;
                for (var i = 0; i < count; i++, output += job.OutputStride)
                {
                    new ReadOnlySpan<float>(sums + i, Math.Min(EightRows.Count, end - row)).CopyTo(new(output, EightRows.Count));
                }
            }
        }
    }
}
