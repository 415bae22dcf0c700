using CsCheck;
using OlmoSharp.Torch.Operators;
using Xunit;
using static OlmoSharp.Torch.Tests.SampleTensors;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Tests.Operators;

public sealed class FusedSwiGluTests
{
    [Fact]
    public void Value_and_gradient_are_those_of_the_formula()
        => Gen.Select(Gen.Int[1, 24], Gen.Int[1, 30], Gen.Int).Sample(
            (rows, width, seed) =>
            {
                using var scope = NewDisposeScope();
                var random = new Random(seed);
                double[] x = random.Normal(rows * 2 * width, 3), c = random.Normal(rows * width);
                var input = x.ToLeaf(rows, 2 * width);
                var output = FusedSwiGlu.Apply(input);
                Assert.Equal([rows, width], output.shape);
                Close(Formula(x, width), output.ToDoubles(), 1e-6);
                output.backward([c.ToTensor(rows, width)]);
                Close(Gradient(x, v => Dot(Formula(v, width), c)), input.grad.ToDoubles(), 3e-6, "gradient");
            },
            iter: 40, threads: 1);

    [Fact]
    public void Large_gates_neither_overflow_nor_lose_their_sign()
    {
        using var scope = NewDisposeScope();
        // Eight columns go through the vector loop, three through the scalar one.
        double[] gates = [-1e4, -200, -88, -20, 0, 20, 88, 200, 1e4, -1e4, 0];
        double[] x = [.. gates, .. gates.Select(_ => 2.0)];
        var input = x.ToLeaf(1, x.Length);
        var output = FusedSwiGlu.Apply(input);
        Close([.. gates.Select(g => g < -700 ? 0 : g / (1 + Math.Exp(-g)) * 2)], output.ToDoubles(), 1e-6);
        output.sum().backward();
        var gradient = input.grad.ToDoubles();
        Close([.. gates.Select(g => 2 * SiluSlope(g)), .. gates.Select(g => g < -700 ? 0 : g / (1 + Math.Exp(-g)))], gradient, 1e-6);

        static double SiluSlope(double g)
        {
            var s = g < -700 ? 0 : 1 / (1 + Math.Exp(-g));
            return s + (s == 0 ? 0 : g * s * (1 - s));
        }
    }

    [Fact]
    public void Every_gate_is_right_to_the_last_digits()
    {
        using var scope = NewDisposeScope();
        // A number of columns that the vector loop takes whole.
        double[] gates = [.. Enumerable.Range(-8000, 16000).Select(i => (double)(float)(i * 0.01 + 1.3e-3))];
        var output = FusedSwiGlu.Apply(((double[])[.. gates, .. gates.Select(_ => 1.0)]).ToTensor(1, 2 * gates.Length)).ToDoubles();
        Assert.All(gates, (gate, i) => Assert.Equal(1, output[i] / (gate / (1 + Math.Exp(-gate))), 1e-6));
        Assert.All(FusedSwiGlu.Apply(full(1, 16, double.NaN, ScalarType.Float32)).ToDoubles(), value => Assert.True(double.IsNaN(value)));
    }

    [Theory]
    [InlineData(ScalarType.Float64, 1e-6)]
    [InlineData(ScalarType.BFloat16, 3e-2)]
    public void Composed_path_agrees_with_the_kernel(ScalarType dtype, double tolerance)
    {
        using var scope = NewDisposeScope();
        var random = new Random(5);
        var x = random.Normal(6 * 26).ToTensor(2, 3, 26).to_type(dtype);
        var c = random.Normal(6 * 13).ToTensor(2, 3, 13).to_type(dtype);
        var fused = Run(x.to_type(ScalarType.Float32), c.to_type(ScalarType.Float32));
        var composed = Run(x, c);
        Assert.All(fused.Zip(composed), pair => Close(pair.First, pair.Second, tolerance));

        static double[][] Run(Tensor input, Tensor gradient)
        {
            input = input.detach().clone().requires_grad_(true);
            var output = FusedSwiGlu.Apply(input);
            Assert.Equal(input.dtype, output.dtype);
            output.backward([gradient]);
            return [output.ToDoubles(), input.grad.ToDoubles()];
        }
    }

    [Fact]
    public void Input_and_incoming_gradient_need_not_be_contiguous()
    {
        using var scope = NewDisposeScope();
        var random = new Random(6);
        double[] x = random.Normal(5 * 18), c = random.Normal(5 * 9);
        var input = x.ToStrided(5, 18).requires_grad_(true);
        var output = FusedSwiGlu.Apply(input);
        Close(Formula(x, 9), output.ToDoubles(), 1e-6);
        output.backward([c.ToStrided(5, 9)]);
        Close(Gradient(x, v => Dot(Formula(v, 9), c)), input.grad.ToDoubles(), 3e-6, "gradient");
    }

    [Fact]
    public void Number_of_threads_changes_no_bit()
        => SameBitsForAnyThreads.Require(() =>
        {
            var random = new Random(7);
            var input = random.Normal(301 * 134).ToLeaf(301, 134);
            var output = FusedSwiGlu.Apply(input);
            output.backward([random.Normal(301 * 67).ToTensor(301, 67)]);
            return [output, input.grad];
        });

    private static double[] Formula(double[] x, int width)
        => [.. Enumerable.Range(0, x.Length / 2).Select(i =>
        {
            var (row, column) = (i / width, i % width);
            double gate = x[row * 2 * width + column], up = x[row * 2 * width + width + column];
            return gate / (1 + Math.Exp(-gate)) * up;
        })];
}
