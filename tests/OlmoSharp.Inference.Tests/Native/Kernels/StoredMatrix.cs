using OlmoSharp.Inference.Native.Kernels;
using OlmoSharp.Models.Gguf;

namespace OlmoSharp.Inference.Tests.Native.Kernels;

/// <summary>A matrix of weights in the bytes of some type, and the numbers that they stand for.</summary>
internal sealed class StoredMatrix
{
    private StoredMatrix(GgufTensorType type, int rows, int columns, byte[] bytes)
    {
        (Type, Rows, Columns, Bytes) = (type, rows, columns, bytes);
        Values = new float[rows * columns];
        type.DecodeRow(bytes, Values);
    }

    public GgufTensorType Type { get; }

    public int Rows { get; }

    public int Columns { get; }

    public byte[] Bytes { get; }

    /// <summary>[rows, columns].</summary>
    public float[] Values { get; }

    /// <summary>Random numbers between −1 and 1.</summary>
    public static StoredMatrix Random(GgufTensorType type, int rows, int columns, Random random)
    {
        var values = Floats(rows * columns, random);
        var bytes = new byte[type.BytesOf(values.Length)];
        type.Encode(values, bytes);
        return new(type, rows, columns, bytes);
    }

    /// <summary>Blocks that no encoder would write: any bytes but for the half-precision units, which are finite.</summary>
    public static StoredMatrix OfBytes(GgufTensorType type, int rows, int columns, Func<byte> next)
    {
        var bytes = new byte[type.BytesOf((long)rows * columns)];
        for (var block = 0; block < bytes.Length; block += type.BlockBytes)
        {
            var span = bytes.AsSpan(block, type.BlockBytes);
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = next();
            }

            var unit = type == GgufTensorType.Q6K ? span[^2..] : span;
            BitConverter.TryWriteBytes(unit, (Half)(next() - 128));
            if (type == GgufTensorType.Q4K)
            {
                BitConverter.TryWriteBytes(span[2..], (Half)(next() - 128));
            }
        }

        return new(type, rows, columns, bytes);
    }

    public static float[] Floats(int count, Random random)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = random.NextSingle() * 2 - 1;
        }

        return values;
    }

    public unsafe float[] Multiply(float[] x, int threads = 2, bool hasAvx2 = true)
    {
        using var pool = new CpuThreads(threads);
        using var scratch = new Scratch();
        var batch = x.Length / Columns;
        var y = new float[batch * Rows];
        fixed (byte* data = Bytes)
        fixed (float* input = x, output = y)
        {
            var weights = new WeightMatrix(data, Type, Rows, Columns);
            if (hasAvx2)
            {
                MatrixProduct.Multiply(weights, input, batch, output, pool, scratch);
            }
            else
            {
                MatrixProduct.Multiply([new WeightProduct(weights, output, batch)], input, batch, pool, scratch, hasAvx2: false);
            }
        }

        return y;
    }
}
