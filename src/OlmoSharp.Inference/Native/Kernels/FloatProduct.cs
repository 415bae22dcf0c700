using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>
/// Products of weights that are read as float32. Few inputs: the weights go by once, a few rows at a time. Many: a block of columns of many
/// rows for all inputs, so that what a tile reads again is in the nearest caches.
/// </summary>
internal static unsafe class FloatProduct
{
    /// <summary>Rows of weights of a part, where there are many inputs.</summary>
    public const int PanelRows = 64;

    /// <summary>From how many inputs on columns are blocked.</summary>
    public const int ManyInputs = 12;

    private const int PanelInputs = 512;
    private const int ChunkInputs = 48;
    private const int TotalBytes = PanelRows * PanelInputs * sizeof(float);

    /// <summary>Bytes that a thread needs to work in.</summary>
    public const int WorkBytes = TotalBytes + PanelRows * PackedInputs.Columns * sizeof(float);

    /// <summary>Computes some rows of weights.</summary>
    /// <param name="job">The product.</param>
    /// <param name="begin">First row.</param>
    /// <param name="end">One past the last row.</param>
    /// <param name="x">The inputs, in the order of these weights.</param>
    /// <param name="work">This thread's <see cref="WorkBytes"/>.</param>
    public static void Run<T>(in ProductJob job, int begin, int end, in FloatInputs x, byte* work)
        where T : struct, IFloatWeights
    {
        if (job.Count < ManyInputs)
        {
            var stride = EightRows.Stride(end - begin);
            for (var row = begin; row < begin + stride; row++)
            {
                RunRows<T>(job, row, stride, end, x, work);
            }

            return;
        }

        for (var row = begin; row < end; row += PanelRows)
        {
            for (var first = 0; first < job.Count; first += PanelInputs)
            {
                RunPanel<T>(job, row, Math.Min(end, row + PanelRows), first, Math.Min(job.Count, first + PanelInputs), x, work);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunRows<T>(in ProductJob job, int row, int stride, int end, in FloatInputs x, byte* work)
        where T : struct, IFloatWeights
    {
        var totals = (Vector128<float>*)work;
        var w = stackalloc byte*[EightRows.Count + 2];
        var inputs = stackalloc float*[FloatTile.MostInputs];
        new Span<Vector128<float>>(totals, 2 * job.Count).Clear();
        var whole = Whole(job);
        for (var column = 0; column < whole; column += PackedInputs.Columns)
        {
            var columns = Math.Min(PackedInputs.Columns, whole - column);
            var block = column / PackedInputs.Columns;
            Rows(job, row, stride, w, EightRows.Count, column, T.Bytes);
            if (job.Count == 1)
            {
                FloatTile.AddEight<T>(w, x.Packed.At(job.Inputs[0], block), columns, totals);
                continue;
            }

            // What is read after the eight rows' block.
            w[EightRows.Count] = w[0] + columns * T.Bytes;
            w[EightRows.Count + 1] = w[1] + columns * T.Bytes;
            for (var half = 0; half < EightRows.Count; half += FloatTile.Rows)
            {
                for (var first = 0; first < job.Count;)
                {
                    // Five are three and two, six three and three.
                    var left = job.Count - first;
                    var count = left is 5 or 6 ? FloatTile.Inputs : Math.Min(FloatTile.MostInputs, left);
                    for (var i = 0; i < count; i++)
                    {
                        inputs[i] = x.Packed.At(job.Inputs[first + i], block);
                    }

                    FloatTile.Add<T>(w + half, inputs, count, columns, totals + half / FloatTile.Rows * job.Count + first);
                    first += count;
                }
            }
        }

        Finish<T>(job, row, stride, end, 0, job.Count, x, totals);
        Finish<T>(job, row + FloatTile.Rows * stride, stride, end, 0, job.Count, x, totals + job.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunPanel<T>(in ProductJob job, int begin, int end, int first, int last, in FloatInputs x, byte* work)
        where T : struct, IFloatWeights
    {
        var w = stackalloc byte*[FloatTile.Rows];
        var panel = (float*)(work + TotalBytes);
        var whole = Whole(job);
        new Span<Vector128<float>>(work, PanelRows / FloatTile.Rows * (last - first)).Clear();
        for (var column = 0; column < whole; column += PackedInputs.Columns)
        {
            var columns = Math.Min(PackedInputs.Columns, whole - column);
            for (var row = begin; row < end; row += FloatTile.Rows)
            {
                Rows(job, row, 1, w, FloatTile.Rows, column, T.Bytes);
                for (var i = 0; i < FloatTile.Rows; i++)
                {
                    Widen<T>(w[i], panel + (row - begin + i) * PackedInputs.Columns, columns);
                }
            }

            for (var chunk = first; chunk < last; chunk += ChunkInputs)
            {
                RunChunk(job, panel, begin, end, chunk, Math.Min(last, chunk + ChunkInputs), x.Packed, column, columns, (Vector128<float>*)work + (chunk - first), last - first);
            }
        }

        // A row of y at a time: rows are pages apart.
        for (var input = first; input < last; input++)
        {
            var totals = (Vector128<float>*)work + (input - first);
            for (var row = begin; row < end; row += FloatTile.Rows, totals += last - first)
            {
                Finish<T>(job, row, 1, end, input, input + 1, x, totals);
            }
        }
    }

    /// <summary>The inner products of a panel's widened block of columns with some inputs: both stay in the second-level cache, the rows of a tile in the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunChunk(
        in ProductJob job, float* panel, int begin, int end, int first, int last, in PackedInputs packed, int column, int columns, Vector128<float>* totals, int stride)
    {
        var w = stackalloc byte*[FloatTile.Rows];
        var inputs = stackalloc float*[FloatTile.Inputs];
        for (var row = begin; row < end; row += FloatTile.Rows, totals += stride)
        {
            for (var i = 0; i < FloatTile.Rows; i++)
            {
                w[i] = (byte*)(panel + (row - begin + i) * PackedInputs.Columns);
            }

            for (var input = first; input < last; input += FloatTile.Inputs)
            {
                var count = Math.Min(FloatTile.Inputs, last - input);
                for (var i = 0; i < count; i++)
                {
                    inputs[i] = packed.At(job.Inputs[input + i], column / PackedInputs.Columns);
                }

                FloatTile.Add<SingleWeights>(w, inputs, count, columns, totals + (input - first));
            }
        }
    }

    // Columns that fill whole vectors.
    private static int Whole(in ProductJob job) => job.Columns / FloatTile.Columns * FloatTile.Columns;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen<T>(byte* from, float* to, int count)
        where T : struct, IFloatWeights
    {
        for (nint i = 0; i < count; i += FloatTile.Columns)
        {
            T.First(from + i * T.Bytes).Store(to + i);
            T.Second(from + i * T.Bytes).Store(to + i + 8);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rows(in ProductJob job, int row, int stride, byte** w, int count, int column, int bytes)
    {
        for (var i = 0; i < count; i++)
        {
            w[i] = job.Row(row + i * stride) + (nint)column * bytes;
        }
    }

    /// <summary>Adds the columns that fill no vector, and writes the results.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish<T>(in ProductJob job, int row, int stride, int end, int first, int last, in FloatInputs x, Vector128<float>* totals)
        where T : struct, IFloatWeights
    {
        var whole = Whole(job);
        for (var i = first; i < last; i++, totals++)
        {
            var output = job.Output + (long)i * job.OutputStride + row;
            if (T.Scale != 1)
            {
                *totals *= x.Factors[job.Inputs[i]];
            }

            if (stride == 1 && whole == job.Columns && row + FloatTile.Rows <= end)
            {
                totals->Store(output);
                continue;
            }

            var input = x.X + (long)job.Inputs[i] * job.Columns;
            for (var j = 0; j < FloatTile.Rows && row + j * stride < end; j++)
            {
                var sum = ((float*)totals)[j];
                for (var k = whole; k < job.Columns; k++)
                {
                    sum = MathF.FusedMultiplyAdd(T.LoadOne(job.Row(row + j * stride) + (nint)k * T.Bytes), input[k], sum);
                }

                output[j * stride] = sum;
            }
        }
    }
}
