using System.Runtime.Intrinsics;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>The integer kernel of processors without AVX2, such as Arm. Gives the same bits as theirs: integers are exact, and the order is the same.</summary>
internal readonly unsafe struct PortableKernel<TBlock> : IIntegerKernel
    where TBlock : struct, IQuantizedBlock
{
    private const int Part = 16;

    public static void Multiply(byte** rows, in QuantizedInputs x, int* inputs, int count, Vector256<float>* sums, Vector256<int>* integers)
    {
        var (elements, bytes) = (TBlock.Type.BlockElements, TBlock.Type.BlockBytes);
        var steps = stackalloc sbyte[elements];
        var multiples = stackalloc short[elements / Part];
        var below = stackalloc short[elements / Part];
        new Span<Vector256<float>>(sums, count).Clear();
        for (var lane = 0; lane < EightRows.Count; lane++)
        {
            for (int begin = 0, block = 0; begin < x.Columns; begin += elements, block++)
            {
                var (scale, minimum) = TBlock.Read(rows[lane] + (nint)block * bytes, steps, multiples, below);
                for (var i = 0; i < count; i++)
                {
                    int total = 0, under = 0;
                    for (var part = 0; part < elements / Part; part++)
                    {
                        var at = (begin + part * Part) / QuantizedInputs.Block;
                        var side = part % 2;
                        total += multiples[part] * Dot(steps + part * Part, x.Values + ((long)at * x.Rows + inputs[i]) * QuantizedInputs.Block + side * Part);
                        var sum16 = x.Sums[x.SumIndex(at, inputs[i])];
                        under += below[part] * (side == 0 ? (short)sum16 : sum16 >> 16);
                    }

                    var unit = x.Scales[(long)(begin / QuantizedInputs.Block) * x.Rows + inputs[i]];
                    var sum = (float*)(sums + i) + lane;
                    *sum = MathF.FusedMultiplyAdd(total, scale * unit, *sum);
                    if (TBlock.HasMinima)
                    {
                        *sum = MathF.FusedMultiplyAdd(under, -(minimum * unit), *sum);
                    }
                }
            }
        }
    }

    public static void MultiplyOne(byte** rows, in QuantizedInputs x, int input, Vector256<float>* sum, Vector256<int>* room)
        => Multiply(rows, x, &input, 1, sum, room);

    private static int Dot(sbyte* a, sbyte* b)
    {
        var (w, x) = (Vector128.Load(a), Vector128.Load(b));
        // Two products of signed bytes fit 16 bits, as x is never −128.
        var pairs = Vector128.WidenLower(w) * Vector128.WidenLower(x) + Vector128.WidenUpper(w) * Vector128.WidenUpper(x);
        return Vector128.Sum(Vector128.WidenLower(pairs) + Vector128.WidenUpper(pairs));
    }
}
