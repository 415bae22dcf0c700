using System.Numerics;
using CsCheck;
using OlmoSharp.Torch.Operators;
using Xunit;
using static OlmoSharp.Torch.Tests.SampleTensors;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Tests.Operators;

public sealed class FusedRotaryAttentionInputTests
{
    private const double Epsilon = 1e-3;
    private const int Positions = 12;

    private static readonly Gen<AttentionShape> Shapes =
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 2], Gen.Int[1, 11], (groups, keyValueHeads, half) => new AttentionShape(groups * keyValueHeads, keyValueHeads, 2 * half));

    [Fact]
    public void Values_and_gradients_are_those_of_complex_rotation()
        => Gen.Select(Shapes, Gen.Int[1, 2], Gen.Int[1, 6], Gen.Int[0, 5], Gen.Bool, Gen.Int).Sample(
            (shape, batch, length, start, normalised, seed) => Compare(shape, batch, length, start, normalised, new Random(seed)), iter: 25, threads: 1);

    [Fact]
    public void Wide_heads_use_the_vector_loop_rightly()
        => Compare(new(4, 2, 42), batch: 1, length: 3, start: 2, normalised: true, new Random(1));

    [Fact]
    public void Rotation_leaves_lengths_and_relative_angles()
    {
        using var scope = NewDisposeScope();
        var random = new Random(2);
        var shape = new AttentionShape(1, 1, 8);
        double[] q = random.Normal(8), k = random.Normal(8);
        // The same query and key at every position: their product may depend on the distance only.
        double[] rows = [.. Enumerable.Range(0, Positions).SelectMany(_ => q.Concat(k).Concat(k))];
        var (query, key, _) = FusedRotaryAttentionInput.Apply(
            rows.ToTensor(1, Positions, 24), shape, Table(8, Math.Cos), Table(8, Math.Sin), 0, null, null, Epsilon);
        var (rotatedQuery, rotatedKey) = (query.ToDoubles(), key.ToDoubles());
        for (var i = 0; i < Positions; i++)
        {
            Assert.Equal(Dot(q, q), Dot(At(rotatedQuery, i), At(rotatedQuery, i)), 1e-4);
            for (var j = 1; j < Positions && i + 1 < Positions && j + 1 < Positions; j++)
            {
                Assert.Equal(Dot(At(rotatedQuery, i), At(rotatedKey, j)), Dot(At(rotatedQuery, i + 1), At(rotatedKey, j + 1)), 1e-4);
            }
        }

        static double[] At(double[] values, int position) => values[(position * 8)..(position * 8 + 8)];
    }

    [Theory]
    [InlineData(ScalarType.Float64, true, 1e-5)]
    [InlineData(ScalarType.Float64, false, 1e-5)]
    [InlineData(ScalarType.BFloat16, true, 3e-2)]
    public void Composed_path_agrees_with_the_kernel(ScalarType dtype, bool normalised, double tolerance)
    {
        using var scope = NewDisposeScope();
        var random = new Random(3);
        var shape = new AttentionShape(4, 2, 6);
        var x = random.Normal(2 * 5 * shape.Width).ToTensor(2, 5, shape.Width).to_type(dtype);
        double[] wq = random.Normal(shape.QueryWidth), wk = random.Normal(shape.KeyValueWidth);
        var gradients = new[] { shape.Heads, 2, 2 }.Select(heads => random.Normal(2 * 5 * heads * 6).ToTensor(2, 5, heads, 6).to_type(dtype)).ToArray();
        var fused = Run(x.to_type(ScalarType.Float32), [.. gradients.Select(g => g.to_type(ScalarType.Float32))]);
        var composed = Run(x, gradients);
        Assert.All(fused.Zip(composed), pair => Close(pair.First, pair.Second, tolerance));

        double[][] Run(Tensor input, Tensor[] outputGradients)
        {
            input = input.detach().clone().requires_grad_(true);
            Tensor queryNorm = wq.ToLeaf(wq.Length), keyNorm = wk.ToLeaf(wk.Length);
            var (q, k, v) = FusedRotaryAttentionInput.Apply(
                input, shape, Table(6, Math.Cos), Table(6, Math.Sin), 3, normalised ? queryNorm : null, normalised ? keyNorm : null, Epsilon);
            Assert.Equal(input.dtype, q.dtype);
            ((q * outputGradients[0]).sum() + (k * outputGradients[1]).sum() + (v * outputGradients[2]).sum()).backward();
            return [q.ToDoubles(), k.ToDoubles(), v.ToDoubles(), input.grad.ToDoubles(), .. normalised ? new[] { queryNorm.grad.ToDoubles(), keyNorm.grad.ToDoubles() } : []];
        }
    }

    [Fact]
    public void Gradient_is_right_when_only_one_result_is_used()
    {
        using var scope = NewDisposeScope();
        var random = new Random(4);
        var shape = new AttentionShape(2, 1, 4);
        double[] x = random.Normal(3 * shape.Width), wq = random.Normal(8), wk = random.Normal(4), c = random.Normal(3 * 4);
        var input = x.ToLeaf(1, 3, shape.Width);
        var (_, key, _) = FusedRotaryAttentionInput.Apply(
            input, shape, Table(4, Math.Cos), Table(4, Math.Sin), 0, wq.ToLeaf(8), wk.ToLeaf(4), Epsilon);
        (key * c.ToTensor(1, 3, 1, 4)).sum().backward();
        Close(Gradient(x, v => Dot(Formula(v, shape, 3, 0, wq, wk).Key, c)), input.grad.ToDoubles(), 3e-5);
    }

    [Fact]
    public void Positions_beyond_the_tables_are_refused()
    {
        using var scope = NewDisposeScope();
        var shape = new AttentionShape(1, 1, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => FusedRotaryAttentionInput.Apply(
            zeros(1, 3, 12), shape, Table(4, Math.Cos), Table(4, Math.Sin), Positions - 2, null, null, Epsilon));
    }

    [Fact]
    public void Number_of_threads_changes_no_bit()
        => SameBitsForAnyThreads.Require(() =>
        {
            var random = new Random(5);
            var shape = new AttentionShape(4, 2, 10);
            var input = random.Normal(30 * 12 * shape.Width).ToLeaf(30, 12, shape.Width);
            Tensor queryNorm = random.Normal(40).ToLeaf(40), keyNorm = random.Normal(20).ToLeaf(20);
            var (q, k, v) = FusedRotaryAttentionInput.Apply(
                input, shape, Table(10, Math.Cos), Table(10, Math.Sin), 0, queryNorm, keyNorm, Epsilon);
            TorchSharp.torch.autograd.backward([q, k, v], [ones_like(q), full_like(k, 0.5), full_like(v, -2)]);
            return [q, k, v, input.grad, queryNorm.grad, keyNorm.grad];
        });

    private static void Compare(AttentionShape shape, int batch, int length, int start, bool normalised, Random random)
    {
        using var scope = NewDisposeScope();
        var rows = batch * length;
        var x = random.Normal(rows * shape.Width);
        var (wq, wk) = normalised ? (random.Normal(shape.QueryWidth), random.Normal(shape.KeyValueWidth)) : (null, null);
        double[] cq = random.Normal(rows * shape.QueryWidth), ck = random.Normal(rows * shape.KeyValueWidth), cv = random.Normal(rows * shape.KeyValueWidth);
        var input = x.ToLeaf(batch, length, shape.Width);
        var (queryNorm, keyNorm) = (wq?.ToLeaf(shape.QueryWidth), wk?.ToLeaf(shape.KeyValueWidth));

        var (query, key, value) = FusedRotaryAttentionInput.Apply(
            input, shape, Table(shape.HeadSize, Math.Cos), Table(shape.HeadSize, Math.Sin), start, queryNorm, keyNorm, Epsilon);

        Assert.Equal([batch, length, shape.Heads, shape.HeadSize], query.shape);
        Assert.Equal([batch, length, shape.KeyValueHeads, shape.HeadSize], key.shape);
        Assert.Equal(key.shape, value.shape);
        var expected = Formula(x, shape, length, start, wq, wk);
        Close(expected.Query, query.ToDoubles(), 2e-5, "query");
        Close(expected.Key, key.ToDoubles(), 2e-5, "key");
        Close(expected.Value, value.ToDoubles(), 0, "value");

        TorchSharp.torch.autograd.backward(
            [query, key, value],
            [cq.ToTensor(query.shape), ck.ToTensor(key.shape), cv.ToTensor(value.shape)]);
        Close(Gradient(x, v => Loss(v, wq, wk)), input.grad.ToDoubles(), 5e-5, "gradient");
        if (normalised)
        {
            Close(Gradient(wq!, v => Loss(x, v, wk)), queryNorm!.grad.ToDoubles(), 5e-5, "query norm gradient");
            Close(Gradient(wk!, v => Loss(x, wq, v)), keyNorm!.grad.ToDoubles(), 5e-5, "key norm gradient");
        }

        double Loss(double[] input, double[]? queryWeight, double[]? keyWeight)
        {
            var result = Formula(input, shape, length, start, queryWeight, keyWeight);
            return Dot(result.Query, cq) + Dot(result.Key, ck) + Dot(result.Value, cv);
        }
    }

    private static double Angle(int position, int i, int headSize) => position * Math.Pow(10_000, -2.0 * i / headSize);

    private static Tensor Table(int headSize, Func<double, double> function)
        => Enumerable.Range(0, Positions * headSize / 2)
            .Select(i => function(Angle(i / (headSize / 2), i % (headSize / 2), headSize))).ToArray().ToTensor(Positions, headSize / 2);

    /// <summary>Element i and i + head size / 2 of a head are the parts of a complex number, which is turned by the position's angle.</summary>
    private static (double[] Query, double[] Key, double[] Value) Formula(
        double[] x, AttentionShape shape, int length, int start, double[]? queryNorm, double[]? keyNorm)
    {
        var rows = x.Length / shape.Width;
        List<double> query = [], key = [], value = [];
        for (var row = 0; row < rows; row++)
        {
            var position = start + row % length;
            var columns = x.AsSpan(row * shape.Width, shape.Width);
            query.AddRange(Turn(Normalise(columns[..shape.QueryWidth], queryNorm), position));
            key.AddRange(Turn(Normalise(columns.Slice(shape.QueryWidth, shape.KeyValueWidth), keyNorm), position));
            value.AddRange(columns[(shape.QueryWidth + shape.KeyValueWidth)..]);
        }

        return ([.. query], [.. key], [.. value]);

        static double[] Normalise(ReadOnlySpan<double> row, double[]? weight)
        {
            var values = row.ToArray();
            var rms = Math.Sqrt(values.Average(v => v * v) + Epsilon);
            return weight is null ? values : [.. values.Zip(weight, (v, w) => v / rms * w)];
        }

        double[] Turn(double[] heads, int position)
        {
            var turned = new double[heads.Length];
            var half = shape.HeadSize / 2;
            for (var i = 0; i < heads.Length; i++)
            {
                if (i % shape.HeadSize < half)
                {
                    var z = new Complex(heads[i], heads[i + half]) * Complex.FromPolarCoordinates(1, Angle(position, i % shape.HeadSize, shape.HeadSize));
                    (turned[i], turned[i + half]) = (z.Real, z.Imaginary);
                }
            }

            return turned;
        }
    }
}
