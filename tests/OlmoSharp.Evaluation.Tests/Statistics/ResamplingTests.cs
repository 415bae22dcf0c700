using CsCheck;
using OlmoSharp.Evaluation.Statistics;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Statistics;

public sealed class ResamplingTests
{
    [Fact]
    public void The_bootstrap_of_a_mean_has_its_standard_error()
    {
        var random = new Random(3);
        double[] values = [.. Enumerable.Range(0, 60).Select(_ => random.NextDouble())];
        var plain = SampleMean.Of(values);
        var bootstrap = Bootstrap.Of(values, sample => sample.Average(), resamples: 4000);
        Assert.Equal(plain.Mean, bootstrap.Value, 14);
        // The bootstrap's divisor is n; 4,000 resamples leave about 1 % of chance.
        Assert.InRange(bootstrap.StandardError / (plain.StandardError!.Value * Math.Sqrt(59.0 / 60)), 0.95, 1.05);
        Assert.InRange(bootstrap.Interval.High, plain.ConfidenceInterval()!.Value.High - 0.02, plain.ConfidenceInterval()!.Value.High + 0.02);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_seed_does_not()
    {
        double[] values = [1, 5, 2, 8];
        var first = Bootstrap.Of(values, sample => sample.Max(), 100, seed: 5);
        Assert.Equal(first, Bootstrap.Of(values, sample => sample.Max(), 100, seed: 5));
        Assert.NotEqual(first.StandardError, Bootstrap.Of(values, sample => sample.Max(), 100, seed: 6).StandardError);
    }

    [Fact]
    public void Every_instance_is_drawn_about_as_often()
    {
        var counts = new int[7];
        Bootstrap.Of(
            Enumerable.Range(0, 7).ToArray(),
            sample =>
            {
                foreach (var index in sample)
                {
                    counts[index]++;
                }

                return 0;
            },
            resamples: 7000);
        // 49,000 draws and the sample itself: 7,001 each on average, deviation 77.
        Assert.All(counts, count => Assert.InRange(count, 7001 - 400, 7001 + 400));
    }

    [Fact]
    public void Quantiles_are_linear_between_neighbours()
    {
        Assert.Equal(1.75, Bootstrap.Quantile([1, 2, 3, 4], 0.25), 14); // numpy.quantile
        Assert.Equal(4, Bootstrap.Quantile([1, 2, 3, 4], 1));
    }

    [Fact]
    public void What_cannot_be_resampled_is_refused()
    {
        Assert.Throws<EvaluationException>(() => Bootstrap.Of(Array.Empty<double>(), _ => 0));
        Assert.Throws<EvaluationException>(() => Bootstrap.Of([1.0], _ => 0, resamples: 1));
    }

    [Fact]
    public void The_example_of_Benjamini_and_Hochberg_rejects_four()
    {
        // The 15 p-values of their section 3.1, at q = 0.05.
        double[] p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000];
        var adjusted = FalseDiscovery.Adjust(p);
        Assert.Equal(4, adjusted.Count(value => value <= 0.05));
        Assert.Equal(0.0095 * 15 / 4, adjusted[3], 14);
    }

    [Fact]
    public void Adjusted_values_follow_the_definition_in_any_order() =>
        Gen.Double[0, 1].Array[0, 20].Sample(p =>
        {
            var adjusted = FalseDiscovery.Adjust(p);
            for (var i = 0; i < p.Length; i++)
            {
                // The smallest m·p/rank among all that are no smaller, rank being how many are no larger.
                var expected = p.Where(other => other >= p[i]).Min(other => other * p.Length / p.Count(third => third <= other));
                Assert.Equal(Math.Min(1, expected), adjusted[i], 12);
            }
        });

    [Fact]
    public void What_is_no_probability_is_refused() => Assert.Throws<EvaluationException>(() => FalseDiscovery.Adjust([0.5, double.NaN]));
}
