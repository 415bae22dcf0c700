using CsCheck;
using OlmoSharp.Torch.Operators;
using Xunit;
using static OlmoSharp.Torch.Tests.SampleTensors;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Tests.Operators;

public sealed class FusedRmsNormTests
{
    private const double Epsilon = 1e-3;

    [Fact]
    public void Value_and_gradients_are_those_of_the_formula()
        => Gen.Select(Gen.Int[1, 36], Gen.Int[1, 36], Gen.Bool, Gen.Int).Sample(
            (rows, width, withResidual, seed) => Compare(rows, width, withResidual, new Random(seed)), iter: 40, threads: 1);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 7)]
    [InlineData(1, 16)]
    [InlineData(3, 33)]
    [InlineData(15, 24)]
    [InlineData(16, 8)]
    [InlineData(17, 9)]
    public void Borders_of_vectors_and_row_blocks_are_right(int rows, int width)
    {
        Compare(rows, width, withResidual: false, new Random(rows));
        Compare(rows, width, withResidual: true, new Random(width));
    }

    [Fact]
    public void Input_and_incoming_gradient_need_not_be_contiguous()
    {
        using var scope = NewDisposeScope();
        var random = new Random(1);
        double[] x = random.Normal(5 * 9), w = random.Normal(9), r = random.Normal(5 * 9), c = random.Normal(5 * 9);
        var input = x.ToStrided(5, 9).requires_grad_(true);
        var residual = r.ToStrided(5, 9).requires_grad_(true);
        var weight = w.ToLeaf(9);
        Assert.False(input.is_contiguous());
        var output = FusedRmsNorm.Apply(input, weight, Epsilon, residual);
        Close(Formula(x, w, r), output.ToDoubles(), 1e-5);
        output.backward([c.ToStrided(5, 9)]);
        Close(Gradient(x, v => Dot(Formula(v, w, r), c)), input.grad.ToDoubles(), 1e-5, "input gradient");
        Close(c, residual.grad.ToDoubles(), 0, "residual gradient");
    }

    [Theory]
    [InlineData(ScalarType.Float64, 1e-5)]
    [InlineData(ScalarType.BFloat16, 2e-2)]
    public void Composed_path_agrees_with_the_kernel(ScalarType dtype, double tolerance)
    {
        using var scope = NewDisposeScope();
        var random = new Random(2);
        var x = random.Normal(6 * 21).ToTensor(2, 3, 21).to_type(dtype);
        var r = random.Normal(6 * 21).ToTensor(2, 3, 21).to_type(dtype);
        var c = random.Normal(6 * 21).ToTensor(2, 3, 21).to_type(dtype);
        var w = random.Normal(21);
        var fused = Run(x.to_type(ScalarType.Float32), r.to_type(ScalarType.Float32), c.to_type(ScalarType.Float32));
        var composed = Run(x, r, c);
        Assert.All(fused.Zip(composed), pair => Close(pair.First, pair.Second, tolerance));

        double[][] Run(Tensor input, Tensor residual, Tensor gradient)
        {
            input = input.detach().clone().requires_grad_(true);
            residual = residual.detach().clone().requires_grad_(true);
            var weight = w.ToLeaf(21);
            var output = FusedRmsNorm.Apply(input, weight, Epsilon, residual);
            Assert.Equal(input.dtype, output.dtype);
            output.backward([gradient]);
            return [output.ToDoubles(), input.grad.ToDoubles(), weight.grad.ToDoubles(), residual.grad.ToDoubles()];
        }
    }

    [Fact]
    public void Number_of_threads_changes_no_bit()
        => SameBitsForAnyThreads.Require(() =>
        {
            var random = new Random(3);
            Tensor input = random.Normal(701 * 67).ToLeaf(701, 67), weight = random.Normal(67).ToLeaf(67), residual = random.Normal(701 * 67).ToLeaf(701, 67);
            var output = FusedRmsNorm.Apply(input, weight, Epsilon, residual);
            output.backward([random.Normal(701 * 67).ToTensor(701, 67)]);
            return [output, input.grad, weight.grad, residual.grad];
        });

    private static void Compare(int rows, int width, bool withResidual, Random random)
    {
        using var scope = NewDisposeScope();
        double[] x = random.Normal(rows * width), w = random.Normal(width), c = random.Normal(rows * width);
        var r = withResidual ? random.Normal(rows * width) : null;
        Tensor input = x.ToLeaf(rows, width), weight = w.ToLeaf(width);
        var residual = r?.ToLeaf(rows, width);
        var output = FusedRmsNorm.Apply(input, weight, Epsilon, residual);
        Close(Formula(x, w, r), output.ToDoubles(), 1e-5);

        output.backward([c.ToTensor(rows, width)]);
        Close(Gradient(x, v => Dot(Formula(v, w, r), c)), input.grad.ToDoubles(), 3e-5, "input gradient");
        Close(Gradient(w, v => Dot(Formula(x, v, r), c)), weight.grad.ToDoubles(), 3e-5, "weight gradient");
        if (withResidual)
        {
            Close(c, residual!.grad.ToDoubles(), 0, "residual gradient");
        }
    }

    private static double[] Formula(double[] x, double[] weight, double[]? residual)
    {
        var width = weight.Length;
        return [.. Enumerable.Range(0, x.Length).Select(i =>
        {
            var row = x.AsSpan(i / width * width, width);
            var squares = 0.0;
            foreach (var value in row)
            {
                squares += value * value;
            }

            return weight[i % width] * x[i] / Math.Sqrt(squares / width + Epsilon) + (residual?[i] ?? 0);
        })];
    }
}
