using CsCheck;
using OlmoSharp.Torch.Operators;
using Xunit;
using static OlmoSharp.Torch.Tests.SampleTensors;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Tests.Operators;

public sealed class LinearCrossEntropyTests
{
    [Fact]
    public void Losses_and_gradients_are_those_of_the_formula()
        => Gen.Select(Gen.Int[1, 20], Gen.Int[1, 9], Gen.Int[2, 40], Gen.Double[0.01, 2], Gen.Int[0, 2].Select(i => new[] { 0, 1e-5, 0.3 }[i]), Gen.Int).Sample(
            (rows, width, vocabulary, scale, zLoss, seed) =>
            {
                using var scope = NewDisposeScope();
                var random = new Random(seed);
                double[] h = random.Normal(rows * width), w = random.Normal(vocabulary * width);
                var targets = Targets(random, rows, vocabulary);
                Tensor hidden = h.ToLeaf(rows, width), weight = w.ToLeaf(vocabulary, width);
                var result = LinearCrossEntropy.Apply(hidden, weight, tensor(targets), scale, zLoss);
                var expected = Formula(h, w, targets, width);
                Close(expected.CrossEntropy, result.CrossEntropy.ToDoubles(), 1e-5, "cross entropy");
                Close(expected.SquaredLogNormalizer, result.SquaredLogNormalizer.ToDoubles(), 1e-5, "z-loss");
                Close([Total(expected, scale, zLoss)], result.Total.ToDoubles(), 1e-5, "total");

                result.Total.backward();
                Close(Gradient(h, v => Total(Formula(v, w, targets, width), scale, zLoss)), hidden.grad.ToDoubles(), 3e-5, "hidden gradient");
                Close(Gradient(w, v => Total(Formula(h, v, targets, width), scale, zLoss)), weight.grad.ToDoubles(), 3e-5, "weight gradient");
            },
            iter: 40, threads: 1);

    // With this vocabulary a chunk has 64 rows.
    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(129)]
    public void Rows_at_the_border_of_chunks_are_right(int rows)
    {
        const int vocabulary = 1 << 16, width = 3;
        using var scope = NewDisposeScope();
        var random = new Random(rows);
        double[] h = random.Normal(rows * width), w = random.Normal(vocabulary * width);
        var targets = Targets(random, rows, vocabulary);
        Tensor hidden = h.ToLeaf(rows, width), weight = w.ToLeaf(vocabulary, width);
        var result = LinearCrossEntropy.Apply(hidden, weight, tensor(targets), 0.5, 1e-3);
        var expected = Formula(h, w, targets, width);
        Close(expected.CrossEntropy, result.CrossEntropy.ToDoubles(), 2e-5);
        result.Total.backward();
        var (dHidden, dWeight) = FormulaGradients(h, w, targets, width, 0.5, 1e-3);
        // A float32 matrix product over 65,536 columns is itself no better than this.
        Close(dHidden, hidden.grad.ToDoubles(), 1e-3, "hidden gradient");
        Close(dWeight, weight.grad.ToDoubles(), 2e-5, "weight gradient");
    }

    [Fact]
    public void Ignored_rows_count_for_nothing()
    {
        using var scope = NewDisposeScope();
        var random = new Random(1);
        Tensor hidden = random.Normal(3 * 4).ToLeaf(3, 4), weight = random.Normal(10 * 4).ToLeaf(10, 4);
        var result = LinearCrossEntropy.Apply(hidden, weight, tensor([LinearCrossEntropy.IgnoredTarget, 2, LinearCrossEntropy.IgnoredTarget]), 1, 0.1);
        result.Total.backward();
        var losses = result.CrossEntropy.ToDoubles();
        var gradient = hidden.grad.ToDoubles();
        Assert.Equal((0.0, 0.0), (losses[0], losses[2]));
        Assert.NotEqual(0, losses[1]);
        Assert.All(gradient[..4].Concat(gradient[8..]), value => Assert.Equal(0, value));
        Assert.Contains(gradient[4..8], value => value != 0);
    }

    [Fact]
    public void Large_logits_do_not_overflow()
    {
        using var scope = NewDisposeScope();
        var hidden = new[] { 1.0, 0 }.ToLeaf(1, 2);
        var weight = new[] { 1e4, 0, -1e4, 0, 9.99e3, 0 }.ToLeaf(3, 2);
        var result = LinearCrossEntropy.Apply(hidden, weight, tensor([2L]), 1, 0);
        Assert.Equal(10 + Math.Log(1 + Math.Exp(-10)), result.CrossEntropy.ToDoubles()[0], 1e-3);
        result.Total.backward();
        Assert.All(hidden.grad.ToDoubles(), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void A_logit_that_is_not_a_number_shows_in_the_loss()
    {
        using var scope = NewDisposeScope();
        for (var column = 0; column < 11; column++)
        {
            var w = Enumerable.Repeat(1.0, 11).ToArray();
            w[column] = double.NaN;
            var result = LinearCrossEntropy.Apply(new[] { 1.0 }.ToTensor(1, 1), w.ToTensor(11, 1), tensor([3L]), 1, 0);
            Assert.True(double.IsNaN(result.CrossEntropy.ToDoubles()[0]), $"not a number at {column}");
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-99)]
    [InlineData(10)]
    [InlineData(long.MaxValue)]
    public void A_target_outside_the_vocabulary_is_refused(long target)
    {
        using var scope = NewDisposeScope();
        var random = new Random(2);
        Tensor hidden = random.Normal(3 * 4).ToLeaf(3, 4), weight = random.Normal(10 * 4).ToLeaf(10, 4);
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => LinearCrossEntropy.Apply(hidden, weight, tensor([0, target, 1]), 1, 0));
        Assert.Contains(target.ToString(System.Globalization.CultureInfo.InvariantCulture), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Incoming_gradient_scales_the_outgoing_ones()
    {
        using var scope = NewDisposeScope();
        var random = new Random(3);
        double[] h = random.Normal(3 * 4), w = random.Normal(10 * 4);
        var once = Run(1);
        var thrice = Run(3);
        Assert.All(once.Zip(thrice), pair => Close([.. pair.First.Select(x => 3 * x)], pair.Second, 1e-6));

        double[][] Run(double factor)
        {
            Tensor hidden = h.ToLeaf(3, 4), weight = w.ToLeaf(10, 4);
            (LinearCrossEntropy.Apply(hidden, weight, tensor([1L, 5, 9]), 1, 0.1).Total * factor).backward();
            return [hidden.grad.ToDoubles(), weight.grad.ToDoubles()];
        }
    }

    [Fact]
    public void Without_gradients_losses_are_the_same()
    {
        using var scope = NewDisposeScope();
        var random = new Random(4);
        Tensor hidden = random.Normal(7 * 4).ToLeaf(7, 4), weight = random.Normal(33 * 4).ToLeaf(33, 4);
        var targets = tensor(Targets(random, 7, 33));
        var with = LinearCrossEntropy.Apply(hidden, weight, targets, 1, 0.1);
        using var _ = no_grad();
        var without = LinearCrossEntropy.Apply(hidden, weight, targets, 1, 0.1);
        Assert.False(without.Total.requires_grad);
        Assert.Equal(with.CrossEntropy.ToDoubles(), without.CrossEntropy.ToDoubles());
        Assert.Equal(with.Total.ToDoubles(), without.Total.ToDoubles());
    }

    [Theory]
    [InlineData(ScalarType.Float64, 1e-5)]
    [InlineData(ScalarType.BFloat16, 3e-2)]
    public void Composed_path_agrees_with_the_kernel(ScalarType dtype, double tolerance)
    {
        using var scope = NewDisposeScope();
        var random = new Random(5);
        var h = random.Normal(9 * 6).ToTensor(9, 6).to_type(dtype);
        var w = random.Normal(21 * 6).ToTensor(21, 6).to_type(dtype);
        var targets = tensor(Targets(random, 9, 21));
        var fused = Run(h.to_type(ScalarType.Float32), w.to_type(ScalarType.Float32));
        var composed = Run(h, w);
        Assert.All(fused.Zip(composed), pair => Close(pair.First, pair.Second, tolerance));

        double[][] Run(Tensor hidden, Tensor weight)
        {
            hidden = hidden.detach().clone().requires_grad_(true);
            weight = weight.detach().clone().requires_grad_(true);
            var result = LinearCrossEntropy.Apply(hidden, weight, targets, 0.25, 0.1);
            result.Total.backward();
            return
            [
                result.Total.ToDoubles(), result.CrossEntropy.ToDoubles(), result.SquaredLogNormalizer.ToDoubles(),
                hidden.grad.ToDoubles(), weight.grad.ToDoubles(),
            ];
        }
    }

    private static long[] Targets(Random random, int rows, int vocabulary)
        => [.. Enumerable.Range(0, rows).Select(_ => random.Next(4) == 0 ? LinearCrossEntropy.IgnoredTarget : random.Next(vocabulary))];

    private static double Total((double[] CrossEntropy, double[] SquaredLogNormalizer) losses, double scale, double zLoss)
        => scale * (losses.CrossEntropy.Sum() + zLoss * losses.SquaredLogNormalizer.Sum());

    private static (double[] CrossEntropy, double[] SquaredLogNormalizer) Formula(double[] h, double[] w, long[] targets, int width)
    {
        double[] crossEntropy = new double[targets.Length], squares = new double[targets.Length];
        for (var row = 0; row < targets.Length; row++)
        {
            if (targets[row] != LinearCrossEntropy.IgnoredTarget)
            {
                var logits = Logits(h, w, row, width);
                var largest = logits.Max();
                var logNormalizer = largest + Math.Log(logits.Sum(x => Math.Exp(x - largest)));
                crossEntropy[row] = logNormalizer - logits[targets[row]];
                squares[row] = logNormalizer * logNormalizer;
            }
        }

        return (crossEntropy, squares);
    }

    private static (double[] Hidden, double[] Weight) FormulaGradients(double[] h, double[] w, long[] targets, int width, double scale, double zLoss)
    {
        double[] dHidden = new double[h.Length], dWeight = new double[w.Length];
        for (var row = 0; row < targets.Length; row++)
        {
            if (targets[row] == LinearCrossEntropy.IgnoredTarget)
            {
                continue;
            }

            var logits = Logits(h, w, row, width);
            var logNormalizer = Math.Log(logits.Sum(Math.Exp));
            for (var token = 0; token < logits.Length; token++)
            {
                var p = Math.Exp(logits[token] - logNormalizer);
                var d = scale * (p - (token == targets[row] ? 1 : 0) + 2 * zLoss * logNormalizer * p);
                for (var i = 0; i < width; i++)
                {
                    dHidden[row * width + i] += d * w[token * width + i];
                    dWeight[token * width + i] += d * h[row * width + i];
                }
            }
        }

        return (dHidden, dWeight);
    }

    private static double[] Logits(double[] h, double[] w, int row, int width)
    {
        var logits = new double[w.Length / width];
        for (var token = 0; token < logits.Length; token++)
        {
            for (var i = 0; i < width; i++)
            {
                logits[token] += h[row * width + i] * w[token * width + i];
            }
        }

        return logits;
    }
}
