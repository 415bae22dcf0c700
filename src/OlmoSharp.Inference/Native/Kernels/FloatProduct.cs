using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using OlmoSharp.Models.Gguf;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>
/// Products of weights that are read as float32. Few inputs: the weights go by once, whole rows at a time. Many: blocks of columns, so that
/// what a tile reads again is in the first-level cache; sums wait in memory between blocks.
/// </summary>
internal static unsafe class FloatProduct
{
    /// <summary>Rows of weights of a part, where there are many inputs.</summary>
    public const int PanelRows = 16;

    /// <summary>From how many inputs on columns are blocked.</summary>
    public const int ManyInputs = 12;

    private const int PanelInputs = 96;
    private const int PanelColumns = 512;
    private const int SumBytes = PanelRows * PanelInputs * 32;

    /// <summary>Bytes that a thread needs to work in.</summary>
    /// <param name="columns">Columns of the weights.</param>
    public static long WorkBytes(int columns) => SumBytes + Math.Max(PanelRows * PanelColumns, FloatTile.Rows * (long)columns) * sizeof(float);

    /// <summary>Computes some rows of weights.</summary>
    /// <param name="job">The product.</param>
    /// <param name="begin">First row.</param>
    /// <param name="end">One past the last row.</param>
    /// <param name="x">First element of x.</param>
    /// <param name="work">This thread's <see cref="WorkBytes"/>.</param>
    public static void Run<T>(in ProductJob job, int begin, int end, float* x, byte* work)
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
                RunPanel<T>(job, row, Math.Min(end, row + PanelRows), first, Math.Min(job.Count, first + PanelInputs), x, work);
            }
        }
    }

    /// <summary>The same for types that are decoded a row at a time.</summary>
    public static void RunDecoded(in ProductJob job, int begin, int end, float* x, byte* work, GgufTensorType type)
    {
        var values = (float*)(work + SumBytes);
        var decoded = job with { RowBytes = (long)job.Columns * sizeof(float) };
        for (var row = begin; row < end; row += FloatTile.Rows)
        {
            var rows = Math.Min(FloatTile.Rows, end - row);
            for (var i = 0; i < rows; i++)
            {
                type.DecodeRow(new(job.Row(row + i), (int)type.BytesOf(job.Columns)), new(values + (long)i * job.Columns, job.Columns));
            }

            decoded.Weights = (byte*)values;
            decoded.Rows = rows;
            decoded.Output = job.Output + row;
            RunRows<SingleElement>(decoded, 0, rows, x, work);
        }
    }

    private static void RunRows<T>(in ProductJob job, int row, int end, float* x, byte* work)
        where T : struct, IFloatElement
    {
        var sums = (Vector256<float>*)work;
        var w = stackalloc byte*[FloatTile.Rows];
        var inputs = stackalloc float*[FloatTile.Inputs];
        Rows(job, row, w);
        for (var first = 0; first < job.Count; first += FloatTile.Inputs)
        {
            var count = Math.Min(FloatTile.Inputs, job.Count - first);
            Inputs(job, first, count, x, 0, inputs);
            FloatTile.Add<T>(w, inputs, count, job.Columns / FloatTile.Lanes * FloatTile.Lanes, sums, isFirst: true);
            Finish<T>(job, row, end, first, count, w, inputs, sums);
        }
    }

    private static void RunPanel<T>(in ProductJob job, int begin, int end, int first, int last, float* x, byte* work)
        where T : struct, IFloatElement
    {
        var w = stackalloc byte*[FloatTile.Rows];
        var inputs = stackalloc float*[FloatTile.Inputs];
        var panel = (float*)(work + SumBytes);
        var whole = job.Columns / FloatTile.Lanes * FloatTile.Lanes;
        for (var column = 0; column < whole; column += PanelColumns)
        {
            var columns = Math.Min(PanelColumns, whole - column);
            var sums = (Vector256<float>*)work;
            for (var row = begin; row < end; row += FloatTile.Rows)
            {
                Rows(job, row, w);
                for (var i = 0; i < FloatTile.Rows; i++)
                {
                    w[i] += (nint)column * T.Bytes;
                    if (typeof(T) != typeof(SingleElement))
                    {
                        Widen<T>(w[i], panel + i * PanelColumns, columns);
                        w[i] = (byte*)(panel + i * PanelColumns);
                    }
                }

                for (var input = first; input < last; input += FloatTile.Inputs)
                {
                    var count = Math.Min(FloatTile.Inputs, last - input);
                    Inputs(job, input, count, x, column, inputs);
                    FloatTile.Add<SingleElement>(w, inputs, count, columns, sums, column == 0);
                    sums += FloatTile.Rows * FloatTile.Inputs;
                }
            }
        }

        var total = (Vector256<float>*)work;
        for (var row = begin; row < end; row += FloatTile.Rows)
        {
            Rows(job, row, w);
            for (var input = first; input < last; input += FloatTile.Inputs, total += FloatTile.Rows * FloatTile.Inputs)
            {
                var count = Math.Min(FloatTile.Inputs, last - input);
                Inputs(job, input, count, x, 0, inputs);
                Finish<T>(job, row, Math.Min(end, row + FloatTile.Rows), input, count, w, inputs, total);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen<T>(byte* from, float* to, int count)
        where T : struct, IFloatElement
    {
        for (nint i = 0; i < count; i += FloatTile.Lanes)
        {
            T.Load(from + i * T.Bytes).Store(to + i);
        }
    }

    private static void Rows(in ProductJob job, int row, byte** w)
    {
        for (var i = 0; i < FloatTile.Rows; i++)
        {
            w[i] = job.Row(row + i);
        }
    }

    private static void Inputs(in ProductJob job, int first, int count, float* x, int column, float** inputs)
    {
        for (var i = 0; i < count; i++)
        {
            inputs[i] = x + (long)job.Inputs[first + i] * job.Columns + column;
        }
    }

    /// <summary>Adds up the lanes, then the columns that fill no vector.</summary>
    private static void Finish<T>(in ProductJob job, int row, int end, int first, int count, byte** w, float** inputs, Vector256<float>* sums)
        where T : struct, IFloatElement
    {
        for (var i = 0; i < count; i++)
        {
            var output = job.Output + (long)(first + i) * job.OutputStride;
            for (var j = 0; row + j < end; j++)
            {
                var sum = Lanes.Sum(sums[i * FloatTile.Rows + j]);
                for (var k = job.Columns / FloatTile.Lanes * FloatTile.Lanes; k < job.Columns; k++)
                {
                    sum = MathF.FusedMultiplyAdd(T.LoadOne(w[j] + (nint)k * T.Bytes), inputs[i][k], sum);
                }

                output[row + j] = sum;
            }
        }
    }
}
