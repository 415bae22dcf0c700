using CsCheck;
using OlmoSharp.Torch.Operators;
using Xunit;
using static OlmoSharp.Torch.Tests.SampleTensors;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Tests.Operators;

public sealed class FusedExpertsTests
{
    private static readonly string[] Names = ["value", "input gradient", "gate and up gradient", "down gradient", "weights gradient"];

    [Fact]
    public void Value_and_gradients_are_those_of_the_formula()
        => Gen.Select(Gen.Int[1, 7], Gen.Int[1, 9], Gen.Int[1, 10], Gen.Int[1, 5], Gen.Int[1, 3], Gen.Int).Sample(
            (tokens, hidden, width, experts, choices, seed) => RequireFormula(Problem.Random(tokens, hidden, width, experts, Math.Min(choices, experts), seed)),
            iter: 60, threads: 1);

    // The last has rows that the vector loops take whole and rows of their remainder.
    [Theory]
    [InlineData(1, 4, 3, 5, 1)]
    [InlineData(1, 4, 3, 5, 5)]
    [InlineData(6, 5, 2, 1, 1)]
    [InlineData(2, 19, 21, 3, 2)]
    public void Idle_experts_a_single_token_and_a_single_expert_are_no_exceptions(int tokens, int hidden, int width, int experts, int choices)
        => RequireFormula(Problem.Random(tokens, hidden, width, experts, choices, seed: 11));

    [Fact]
    public void One_expert_may_have_all_tokens_and_the_others_no_gradient()
    {
        using var scope = NewDisposeScope();
        var problem = Problem.Random(9, 4, 3, experts: 4, choices: 1, seed: 12) with { Choices = [.. Enumerable.Repeat(2L, 9)] };
        RequireFormula(problem);
        var gradients = problem.Run(ScalarType.Float32);
        foreach (var gradient in gradients[2..4])
        {
            Assert.Equal([false, false, true, false], gradient.Chunk(gradient.Length / 4).Select(part => part.Any(value => value != 0)));
        }
    }

    [Fact]
    public void No_token_gives_no_row_and_zero_gradients()
    {
        using var scope = NewDisposeScope();
        var problem = Problem.Random(0, 4, 3, experts: 2, choices: 1, seed: 13);
        var leaves = problem.Leaves();
        var output = problem.Apply(leaves);
        Assert.Equal([0, 4], output.shape);
        output.sum().backward();
        Assert.All(leaves[1..3], leaf => Assert.All(leaf.grad.ToDoubles(), value => Assert.Equal(0, value)));
    }

    // Experts of these many tokens are cut into one, two and three blocks, and gradients of these widths into several tiles.
    [Theory]
    [InlineData(1279, 3, 5)]
    [InlineData(1280, 700, 2)]
    [InlineData(2100, 3, 650)]
    [InlineData(40, 1400, 3)]
    public void Blocks_and_tiles_join_without_a_gap(int tokens, int hidden, int width)
    {
        using var scope = NewDisposeScope();
        var problem = Problem.Random(tokens, hidden, width, experts: 2, choices: 1, seed: 14) with
        {
            Choices = [.. Enumerable.Range(0, tokens).Select(token => token < 20 ? 1L : 0L)],
        };
        // A float32 sum over 2,000 rows is itself no better than this.
        RequireSame(problem.Run(ScalarType.Float64), problem.Run(ScalarType.Float32), 2e-5);
    }

    [Theory]
    [InlineData(ScalarType.Float64, 1e-5)]
    [InlineData(ScalarType.BFloat16, 4e-2)]
    public void Composed_path_agrees_with_the_kernel(ScalarType dtype, double tolerance)
    {
        using var scope = NewDisposeScope();
        var problem = Problem.Random(15, 10, 9, experts: 4, choices: 2, seed: 15);
        RequireSame(problem.Run(ScalarType.Float32), problem.Run(dtype), tolerance);
    }

    [Fact]
    public void Inputs_and_incoming_gradient_need_not_be_contiguous()
    {
        using var scope = NewDisposeScope();
        var problem = Problem.Random(7, 9, 10, experts: 3, choices: 2, seed: 16);
        RequireSame(
            problem.Run(ScalarType.Float32),
            problem.Run(ScalarType.Float32, tensor => tensor.t().contiguous().t()), 1e-6);
    }

    // With less work, one thread makes all products, and libtorch may share out each of them.
    [Fact]
    public void Number_of_threads_changes_no_bit_of_many_blocks()
        => SameBitsForAnyThreads.Require(() =>
        {
            var problem = Problem.Random(2500, 40, 33, experts: 5, choices: 2, seed: 17);
            var leaves = problem.Leaves();
            var output = problem.Apply(leaves);
            output.backward([problem.Incoming.ToTensor(output.shape)]);
            return [output, .. leaves.Select(leaf => leaf.grad)];
        });

    [Fact]
    public void Without_gradients_the_value_is_the_same()
    {
        using var scope = NewDisposeScope();
        var problem = Problem.Random(20, 9, 10, experts: 3, choices: 2, seed: 18);
        var expected = problem.Run(ScalarType.Float32)[0];
        var leaves = problem.Leaves();
        using var _ = no_grad();
        var output = problem.Apply(leaves);
        Assert.False(output.requires_grad);
        Assert.Equal(expected, output.ToDoubles());
    }

    [Fact]
    public void An_assignment_of_other_tokens_is_refused()
    {
        using var scope = NewDisposeScope();
        var problem = Problem.Random(4, 3, 3, experts: 3, choices: 2, seed: 19);
        var leaves = problem.Leaves();
        var other = Problem.Random(5, 3, 3, experts: 3, choices: 2, seed: 19).Assignment();
        Assert.Throws<ArgumentOutOfRangeException>(() => FusedExperts.Apply(leaves[0], leaves[1], leaves[2], leaves[3], other));
    }

    private static void RequireFormula(Problem problem)
    {
        using var scope = NewDisposeScope();
        var (x, g, d, w) = (problem.Input, problem.GateAndUp, problem.Down, problem.Weights);
        double[][] expected =
        [
            problem.Formula(x, g, d, w),
            Gradient(x, v => Dot(problem.Formula(v, g, d, w), problem.Incoming)),
            Gradient(g, v => Dot(problem.Formula(x, v, d, w), problem.Incoming)),
            Gradient(d, v => Dot(problem.Formula(x, g, v, w), problem.Incoming)),
            Gradient(w, v => Dot(problem.Formula(x, g, d, v), problem.Incoming)),
        ];
        RequireSame(expected, problem.Run(ScalarType.Float32), 1e-5);
    }

    private static void RequireSame(double[][] expected, double[][] actual, double tolerance)
        => Assert.All(Names, (name, i) => Close(expected[i], actual[i], tolerance, name));

    private sealed record Problem(
        int Tokens, int Hidden, int Width, int Experts, double[] Input, double[] GateAndUp, double[] Down, double[] Weights, long[] Choices, double[] Incoming)
    {
        public static Problem Random(int tokens, int hidden, int width, int experts, int choices, int seed)
        {
            var random = new Random(seed);
            return new(
                tokens, hidden, width, experts, random.Normal(tokens * hidden), random.Normal(experts * 2 * width * hidden, 1 / Math.Sqrt(hidden)),
                random.Normal(experts * hidden * width, 1 / Math.Sqrt(width)), random.Normal(tokens * choices),
                [.. Enumerable.Range(0, tokens).SelectMany(_ => Enumerable.Range(0, experts).Select(expert => (long)expert).OrderBy(_ => random.Next()).Take(choices))],
                random.Normal(tokens * hidden));
        }

        private int PerToken => Tokens == 0 ? 1 : Choices.Length / Tokens;

        public ExpertAssignment Assignment() => ExpertAssignment.Sort(tensor(Choices, [Tokens, PerToken]), Experts);

        /// <summary>Input, gate and up, down, weights; only the weights always float32.</summary>
        public Tensor[] Leaves(ScalarType dtype = ScalarType.Float32, Func<Tensor, Tensor>? arrange = null)
        {
            return
            [
                Leaf(Input, dtype, Tokens, Hidden), Leaf(GateAndUp, dtype, Experts * 2 * Width, Hidden), Leaf(Down, dtype, Experts * Hidden, Width),
                Leaf(Weights, ScalarType.Float32, Tokens, PerToken),
            ];

            Tensor Leaf(double[] values, ScalarType type, params long[] shape)
            {
                var plain = values.ToTensor(shape).to_type(type);
                return (arrange?.Invoke(plain) ?? plain).detach().requires_grad_(true);
            }
        }

        public Tensor Apply(Tensor[] leaves) => FusedExperts.Apply(leaves[0], leaves[1], leaves[2], leaves[3], Assignment());

        /// <summary>Value and gradients.</summary>
        public double[][] Run(ScalarType dtype, Func<Tensor, Tensor>? arrange = null)
        {
            var leaves = Leaves(dtype, arrange);
            var output = Apply(leaves);
            Assert.Equal((dtype, Tokens, Hidden), (output.dtype, output.shape[0], output.shape[1]));
            var incoming = Incoming.ToTensor(Tokens, Hidden).to_type(dtype);
            output.backward([arrange?.Invoke(incoming) ?? incoming]);
            return [output.ToDoubles(), .. leaves.Select(leaf => leaf.grad.ToDoubles())];
        }

        /// <summary>Σ_j w_tj · W_down (silu(W_gate x_t) ∘ W_up x_t) with the matrices of expert e(t, j), one token after another.</summary>
        public double[] Formula(double[] input, double[] gateAndUp, double[] down, double[] weights)
        {
            var result = new double[Tokens * Hidden];
            for (var choice = 0; choice < Choices.Length; choice++)
            {
                var (token, expert) = (choice / PerToken, (int)Choices[choice]);
                var gated = new double[Width];
                for (var i = 0; i < Width; i++)
                {
                    var (gate, up) = (Row(expert * 2 * Width + i), Row(expert * 2 * Width + Width + i));
                    gated[i] = gate / (1 + Math.Exp(-gate)) * up;
                }

                for (var i = 0; i < Hidden; i++)
                {
                    result[token * Hidden + i] += weights[choice] * Enumerable.Range(0, Width).Sum(k => down[(expert * Hidden + i) * Width + k] * gated[k]);
                }

                double Row(int row) => Enumerable.Range(0, Hidden).Sum(k => gateAndUp[row * Hidden + k] * input[token * Hidden + k]);
            }

            return result;
        }
    }
}
