using System.Runtime.Intrinsics.X86;
using CsCheck;
using OlmoSharp.Inference.Native.Kernels;
using OlmoSharp.Models.Gguf;
using Xunit;

namespace OlmoSharp.Inference.Tests.Native.Kernels;

public unsafe class MatrixProductTests
{
    private static readonly GgufTensorType[] Integer = [GgufTensorType.Q8Zero, GgufTensorType.Q5Zero, GgufTensorType.Q4Zero, GgufTensorType.Q4K, GgufTensorType.Q6K];

    private static readonly Gen<(int Rows, int Columns, int Batch, int Seed)> GenShape = Gen.Select(Gen.Int[1, 70], Gen.Int[1, 1100], Gen.Int[1, 70], Gen.Int);

    public static TheoryData<string> Types => [.. GgufTensorType.All.Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Products_are_those_of_the_decoded_weights(string name)
        => GenShape.Sample(
            shape =>
            {
                var type = Named(name);
                var random = new Random(shape.Seed);
                var columns = Whole(type, shape.Columns);
                var weights = StoredMatrix.Random(type, shape.Rows, columns, random);
                var x = StoredMatrix.Floats(shape.Batch * columns, random);
                ProductBound.Check(weights, x, weights.Multiply(x));
            },
            iter: 6, threads: 1);

    [Theory]
    [MemberData(nameof(Types))]
    public void Threads_and_neighbours_change_no_bit(string name)
    {
        var type = Named(name);
        var random = new Random(5);
        var columns = Whole(type, 1029);
        var weights = StoredMatrix.Random(type, 67, columns, random);
        var x = StoredMatrix.Floats(70 * columns, random);
        var y = weights.Multiply(x, threads: 1);
        Assert.Equal(y, weights.Multiply(x, threads: 2));
        Assert.Equal(y, weights.Multiply(x, threads: 3));
        int[] batches = [1, 2, 3, 5, 11, 12, 36];
        foreach (var (batch, first) in batches.Zip([0, 1, 3, 6, 11, 22, 34]))
        {
            var part = weights.Multiply(x.AsSpan(first * columns, batch * columns).ToArray());
            Assert.Equal(y[(first * 67)..((first + batch) * 67)], part);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Extreme_inputs_keep_the_bound(string name)
    {
        var type = Named(name);
        var random = new Random(6);
        var columns = Whole(type, 520);
        var weights = StoredMatrix.Random(type, 9, columns, random);
        float[] scales = [0, 1e-44f, 1e-38f, 1e-20f, 1, 1e15f, 1e30f];
        var x = new float[scales.Length * columns];
        for (var i = 0; i < x.Length; i++)
        {
            // Now and then a number that is far larger than its neighbours.
            x[i] = scales[i / columns] * (random.NextSingle() - 0.5f) * (random.Next(100) == 0 ? 1000 : 1);
        }

        var y = weights.Multiply(x);
        ProductBound.Check(weights, x, y);
        Assert.All(y[..9], value => Assert.Equal(0, value));
    }

    [Fact]
    public void Blocks_of_any_bytes_give_the_same_bits_without_AVX2()
    {
        var random = new Random(7);
        Func<byte>[] sources = [() => (byte)random.Next(256), () => 0, () => 255, () => 128, () => 127];
        foreach (var type in Integer)
        {
            foreach (var next in sources)
            {
                var weights = StoredMatrix.OfBytes(type, 11, Whole(type, 700), next);
                var x = StoredMatrix.Floats(4 * weights.Columns, random);
                // All steps 127, then all −127: the largest sums.
                x.AsSpan(0, weights.Columns).Fill(1);
                x.AsSpan(weights.Columns, weights.Columns).Fill(-1);
                var y = weights.Multiply(x, hasAvx2: false);
                ProductBound.Check(weights, x, y);
                if (Avx2.IsSupported)
                {
                    Assert.Equal(y, weights.Multiply(x));
                    // One input goes another way.
                    Assert.Equal(y, Enumerable.Range(0, 4).SelectMany(i => weights.Multiply(x[(i * weights.Columns)..((i + 1) * weights.Columns)])));
                }
            }
        }
    }

    [Fact]
    public void Matrices_that_share_inputs_give_what_each_gives_alone()
    {
        var random = new Random(8);
        StoredMatrix[] matrices =
        [
            StoredMatrix.Random(GgufTensorType.Q4K, 40, 512, random), StoredMatrix.Random(GgufTensorType.Q6K, 9, 512, random),
            StoredMatrix.Random(GgufTensorType.F32, 21, 512, random), StoredMatrix.Random(GgufTensorType.Q8Zero, 33, 512, random),
        ];
        foreach (var batch in (int[])[1, 20])
        {
            var x = StoredMatrix.Floats(batch * 512, random);
            var stride = matrices.Sum(matrix => matrix.Rows);
            var y = new float[batch * stride];
            using var threads = new CpuThreads(2);
            using var scratch = new Scratch();
            fixed (byte* a = matrices[0].Bytes, b = matrices[1].Bytes, c = matrices[2].Bytes, d = matrices[3].Bytes)
            fixed (float* input = x, output = y)
            {
                // Side by side in each row of y.
                MatrixProduct.Multiply(
                    [
                        new(Weights(matrices[0], a), output, batch, outputStride: stride), new(Weights(matrices[1], b), output + 40, batch, outputStride: stride),
                        new(Weights(matrices[2], c), output + 49, batch, outputStride: stride), new(Weights(matrices[3], d), output + 70, batch, outputStride: stride),
                    ],
                    input, batch, threads, scratch);
            }

            for (int i = 0, column = 0; i < matrices.Length; column += matrices[i++].Rows)
            {
                var alone = matrices[i].Multiply(x);
                for (var row = 0; row < batch; row++)
                {
                    Assert.Equal(alone.AsSpan(row * matrices[i].Rows, matrices[i].Rows), y.AsSpan(row * stride + column, matrices[i].Rows));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Each_expert_multiplies_its_own_tokens(string name)
    {
        const int experts = 5, rows = 19, tokens = 40, choices = 2;
        var type = Named(name);
        var random = new Random(9);
        var columns = Whole(type, 256);
        var weights = StoredMatrix.Random(type, experts * rows, columns, random);
        var x = StoredMatrix.Floats(tokens * columns, random);
        // Expert 3 has no token.
        var chosen = Enumerable.Range(0, tokens)
            .SelectMany(token => random.GetItems([0, 1, 2, 4], choices).Select(expert => (Expert: expert, Token: token))).OrderBy(pair => pair.Expert).ToArray();
        var inputs = chosen.Select(pair => pair.Token).ToArray();
        var y = new float[chosen.Length * rows];
        using var threads = new CpuThreads(2);
        using var scratch = new Scratch();
        fixed (byte* data = weights.Bytes)
        fixed (float* input = x, output = y)
        fixed (int* list = inputs)
        {
            var all = new WeightMatrix(data, type, experts * rows, columns);
            var products = new WeightProduct[experts];
            for (var expert = 0; expert < experts; expert++)
            {
                var first = chosen.Count(pair => pair.Expert < expert);
                products[expert] = new(
                    all.Slice(expert * rows, rows), output + first * rows, list + first, chosen.Count(pair => pair.Expert == expert));
            }

            MatrixProduct.Multiply(products, input, tokens, threads, scratch);
        }

        var dense = weights.Multiply(x);
        for (var i = 0; i < chosen.Length; i++)
        {
            Assert.Equal(dense.AsSpan((chosen[i].Token * experts + chosen[i].Expert) * rows, rows), y.AsSpan(i * rows, rows));
        }
    }

    [Fact]
    public void A_product_allocates_nothing()
    {
        var random = new Random(10);
        var weights = StoredMatrix.Random(GgufTensorType.Q4K, 64, 512, random);
        var x = StoredMatrix.Floats(512, random);
        var y = new float[64];
        using var threads = new CpuThreads(2);
        using var scratch = new Scratch();
        fixed (byte* data = weights.Bytes)
        fixed (float* input = x, output = y)
        {
            var matrix = Weights(weights, data);
            var (from, to) = ((nint)input, (nint)output);
            MatrixProduct.Multiply(matrix, input, 1, output, threads, scratch);
            Assert.Equal(0, Allocation.Least(() =>
            {
                for (var i = 0; i < 20; i++)
                {
                    MatrixProduct.Multiply(matrix, (float*)from, 1, (float*)to, threads, scratch);
                }
            }));
        }
    }

    [Fact]
    public void Half_precision_numbers_widen_as_the_runtime_does()
    {
        for (var bits = 0; bits <= ushort.MaxValue; bits++)
        {
            var expected = (float)BitConverter.UInt16BitsToHalf((ushort)bits);
            if (float.IsFinite(expected))
            {
                Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(HalfPrecision.Widen((ushort)bits)));
                var lanes = HalfPrecision.Widen(System.Runtime.Intrinsics.Vector256.Create((int)(short)bits));
                Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(lanes[3]));
            }
        }
    }

    private static GgufTensorType Named(string name) => GgufTensorType.All.Single(type => type.Name == name);

    private static int Whole(GgufTensorType type, int columns) => (columns + type.BlockElements - 1) / type.BlockElements * type.BlockElements;

    private static WeightMatrix Weights(StoredMatrix matrix, byte* data) => new(data, matrix.Type, matrix.Rows, matrix.Columns);
}
