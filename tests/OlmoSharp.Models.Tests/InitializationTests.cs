using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Torch.Native;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Tests;

public sealed class InitializationTests
{
    private static readonly ModelConfig Config = new()
    {
        Heads = 4,
        HiddenSize = 128,
        IntermediateSize = 352,
        Layers = 2,
        VocabularySize = 1000,
        ContextLength = 8,
        InitializerRange = 0.05,
    };

    [Fact]
    public void The_same_seed_gives_the_same_bits_on_any_number_of_threads()
    {
        var threads = TorchBackend.Threads;
        try
        {
            TorchBackend.Threads = 1;
            var one = Bits(7);
            TorchBackend.Threads = 4;
            Assert.Equal(one, Bits(7));
            Assert.NotEqual(one, Bits(8));
        }
        finally
        {
            TorchBackend.Threads = threads;
        }

        static int[][] Bits(long seed)
        {
            using var scope = NewDisposeScope();
            using var model = new Transformer(Config);
            model.Initialize(seed);
            return [.. model.Parameters.Vectors.Select(vector => vector.ToBits())];
        }
    }

    [Fact]
    public void Matrices_follow_the_normal_distribution_cut_at_three_sigma_and_norms_are_one()
    {
        using var scope = NewDisposeScope();
        using var model = new Transformer(Config);
        model.Initialize(1);
        // Mass of the normal distribution within 3σ, and the variance that the cut leaves.
        var mass = Erf(3 / Math.Sqrt(2));
        var variance = 1 - 2 * 3 * Math.Exp(-4.5) / Math.Sqrt(2 * Math.PI) / mass;
        List<double> all = [];
        foreach (var (name, tensor) in ModelFolder.NamedTensors(model))
        {
            var values = tensor.ToDoubles();
            if (tensor.shape.Length == 1)
            {
                Assert.All(values, value => Assert.Equal(1, value));
                continue;
            }

            Assert.All(values, value => Assert.InRange(Math.Abs(value), 0, 3 * 0.05 * (1 + 1e-6)));
            all.AddRange(values.Select(value => value / 0.05));
            // Each matrix by itself: the standard error of a standard deviation is σ/√(2n).
            Assert.Equal(Math.Sqrt(variance), Deviation(values) / 0.05, 6 / Math.Sqrt(2.0 * values.Length));
            Assert.Equal(0, values.Average() / 0.05, 6 / Math.Sqrt(values.Length));
        }

        // Kolmogorov-Smirnov: the largest distance of the distribution functions, of which 2/√n would be a one in 3,000 case.
        all.Sort();
        var distance = all.Select((value, i) => Math.Abs((i + 0.5) / all.Count - (0.5 + Erf(value / Math.Sqrt(2)) / 2 / mass))).Max();
        Assert.InRange(distance, 0, 2 / Math.Sqrt(all.Count));
        Assert.InRange(all.Max(), 2.9, 3.0001);
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    /// <summary>The error function by its power series, which converges for every argument used here.</summary>
    private static double Erf(double x)
    {
        double term = x, sum = x;
        for (var n = 1; Math.Abs(term) > 1e-18; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
