using System.Buffers;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>
/// Products of activations with weights, y = x · Wᵀ in float32. An element of y is a sum in an order that depends on nothing but the type
/// and the number of columns: neither on the number of threads nor on what other rows x has.
/// </summary>
internal static unsafe class MatrixProduct
{
    /// <summary>y[batch, rows] = x[batch, columns] · Wᵀ.</summary>
    public static void Multiply(in WeightMatrix weights, float* x, int batch, float* y, CpuThreads threads, Scratch scratch)
        => Multiply([new WeightProduct(weights, y, batch)], x, batch, threads, scratch);

    /// <summary>Several products with rows of the same x [<paramref name="inputs"/>, columns], all matrices having its columns.</summary>
    public static void Multiply(ReadOnlySpan<WeightProduct> products, float* x, int inputs, CpuThreads threads, Scratch scratch)
    {
        foreach (ref readonly var product in products)
        {
            var weights = product.Weights;
            var values = ArrayPool<float>.Shared.Rent(weights.Columns);
            for (var row = 0; row < weights.Rows; row++)
            {
                weights.Type.DecodeRow(new(weights.Row(row), (int)weights.Type.BytesOf(weights.Columns)), values.AsSpan(0, weights.Columns));
                for (var i = 0; i < product.Count; i++)
                {
                    var input = new ReadOnlySpan<float>(x + (long)product.Input(i) * weights.Columns, weights.Columns);
                    product.Output[(long)i * product.OutputStride + row] = Dot(input, values);
                }
            }

            ArrayPool<float>.Shared.Return(values);
        }
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = System.Numerics.Vector<float>.Zero;
        var i = 0;
        for (; i <= a.Length - System.Numerics.Vector<float>.Count; i += System.Numerics.Vector<float>.Count)
        {
            sum += new System.Numerics.Vector<float>(a[i..]) * new System.Numerics.Vector<float>(b[i..]);
        }

        var result = System.Numerics.Vector.Sum(sum);
        for (; i < a.Length; i++)
        {
            result += a[i] * b[i];
        }

        return result;
    }
}
