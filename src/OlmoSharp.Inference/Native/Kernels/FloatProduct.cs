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
    /// <param name="x">First element of x.</param>
    /// <param name="packed">The same x, where a product has <see cref="ManyInputs"/>.</param>
    /// <param name="work">This thread's <see cref="WorkBytes"/>.</param>
    public static void Run<T>(in ProductJob job, int begin, int end, float* x, in PackedInputs packed, byte* work)
        where T : struct, IFloatElement
    {
        if (job.Count < ManyInputs)
        {
            for (var row = begin; row < end; row += FloatTile.Rows)
            {
                RunRows<T>(job, row, Math.Min(end, row + FloatTile.Rows), x, work);
            }

            return;
        }

        for (var row = begin; row < end; row += PanelRows)
        {
            for (var first = 0; first < job.Count; first += PanelInputs)
            {
                RunPanel<T>(job, row, Math.Min(end, row + PanelRows), first, Math.Min(job.Count, first + PanelInputs), x, packed, work);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunRows<T>(in ProductJob job, int row, int end, float* x, byte* work)
        where T : struct, IFloatElement
    {
        var totals = (Vector128<float>*)work;
        var w = stackalloc byte*[FloatTile.Rows];
        var inputs = stackalloc float*[FloatTile.Inputs];
        new Span<Vector128<float>>(totals, job.Count).Clear();
        var whole = Whole(job);
        for (var column = 0; column < whole; column += PackedInputs.Columns)
        {
            Rows(job, row, w, column, T.Bytes);
            for (var first = 0; first < job.Count; first += FloatTile.Inputs)
            {
                var count = Math.Min(FloatTile.Inputs, job.Count - first);
                for (var i = 0; i < count; i++)
                {
                    inputs[i] = x + (long)job.Inputs[first + i] * job.Columns + column;
                }

                var columns = Math.Min(PackedInputs.Columns, whole - column);
                // The next rows, as far as this block is of these. What the first inputs fetch is there for the others.
                var ahead = job.Row(row + FloatTile.Rows) + (nint)column * T.Bytes * FloatTile.Rows;
                FloatTile.Add<T>(w, inputs, count, columns, totals + first, first == 0 ? ahead : w[0], first == 0 ? T.Bytes * FloatTile.Rows : 0);
            }
        }

        Finish<T>(job, row, end, 0, job.Count, x, totals);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunPanel<T>(in ProductJob job, int begin, int end, int first, int last, float* x, in PackedInputs packed, byte* work)
        where T : struct, IFloatElement
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
                Rows(job, row, w, column, T.Bytes);
                for (var i = 0; i < FloatTile.Rows; i++)
                {
                    Widen<T>(w[i], panel + (row - begin + i) * PackedInputs.Columns, columns);
                }
            }

            for (var chunk = first; chunk < last; chunk += ChunkInputs)
            {
                RunChunk(job, panel, begin, end, chunk, Math.Min(last, chunk + ChunkInputs), packed, column, columns, (Vector128<float>*)work + (chunk - first), last - first);
            }
        }

        // A row of y at a time: rows are pages apart.
        for (var input = first; input < last; input++)
        {
            var totals = (Vector128<float>*)work + (input - first);
            for (var row = begin; row < end; row += FloatTile.Rows, totals += last - first)
            {
                Finish<T>(job, row, Math.Min(end, row + FloatTile.Rows), input, input + 1, x, totals);
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

                // The next rows of x follow these, as a rule.
                FloatTile.Add<SingleElement>(
                    w, inputs, count, columns, totals + (input - first), (byte*)(inputs[0] + FloatTile.Inputs * PackedInputs.Columns), FloatTile.Inputs * sizeof(float));
            }
        }
    }

    // Columns that fill whole vectors.
    private static int Whole(in ProductJob job) => job.Columns / FloatTile.Lanes * FloatTile.Lanes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen<T>(byte* from, float* to, int count)
        where T : struct, IFloatElement
    {
        for (nint i = 0; i < count; i += FloatTile.Lanes)
        {
            T.Load(from + i * T.Bytes).Store(to + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rows(in ProductJob job, int row, byte** w, int column, int bytes)
    {
        for (var i = 0; i < FloatTile.Rows; i++)
        {
            w[i] = job.Row(row + i) + (nint)column * bytes;
        }
    }

    /// <summary>Adds the columns that fill no vector, and writes the results.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish<T>(in ProductJob job, int row, int end, int first, int last, float* x, Vector128<float>* totals)
        where T : struct, IFloatElement
    {
        var whole = Whole(job);
        for (var i = first; i < last; i++, totals++)
        {
            var output = job.Output + (long)i * job.OutputStride + row;
            if (whole == job.Columns && row + FloatTile.Rows == end)
            {
                totals->Store(output);
                continue;
            }

            var input = x + (long)job.Inputs[i] * job.Columns;
            for (var j = 0; row + j < end; j++)
            {
                var sum = ((float*)totals)[j];
                for (var k = whole; k < job.Columns; k++)
                {
                    sum = MathF.FusedMultiplyAdd(T.LoadOne(job.Row(row + j) + (nint)k * T.Bytes), input[k], sum);
                }

                output[j] = sum;
            }
        }
    }
}
