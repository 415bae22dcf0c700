using CsCheck;
using OlmoSharp.Evaluation.Statistics;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Statistics;

public sealed class PairedComparisonTests
{
    private static readonly double[] A = [0.1, 0.4, 0.35, 0.8, 0.9, 0.22, 0.5, 0.61, 0.05, 0.77];
    private static readonly double[] B = [0.2, 0.38, 0.5, 0.85, 0.95, 0.20, 0.7, 0.60, 0.15, 0.80];

    // Values of SciPy 1.10 (ttest_rel, sem, pearsonr) and, for the interval, of mpmath.
    [Fact]
    public void The_paired_test_is_that_of_the_books()
    {
        var comparison = PairedComparison.Of(A, B);
        Assert.Equal(0.063, comparison.Difference, 14);
        Assert.Equal(0.023478122203920447, comparison.StandardError, 14);
        Assert.Equal(0.0098887976873497689, comparison.Interval.Low, 12);
        Assert.Equal(0.11611120231265023, comparison.Interval.High, 12);
        Assert.Equal(0.025068145259150222, comparison.TTestP, 12);
        Assert.Equal(0.9685678087892284, comparison.Correlation!.Value, 12);
        Assert.Equal((7, 3, 0), (comparison.Wins, comparison.Losses, comparison.Ties));
        // z(0.975) + z(0.8) = 1.959964 + 0.841621.
        Assert.Equal(2.8015852181129683 * comparison.StandardError, comparison.MinimumDetectableEffect, 12);
    }

    // Values of SciPy 1.10: binomtest(k, n, 0.5).
    [Theory]
    [InlineData(8, 2, 0.109375)]
    [InlineData(2, 8, 0.109375)]
    [InlineData(10, 0, 0.001953125)]
    [InlineData(30, 15, 0.035697803555194696)]
    [InlineData(1, 1, 1)]
    [InlineData(0, 5, 0.0625)]
    [InlineData(120, 90, 0.0451140878648407)]
    [InlineData(0, 0, 1)]
    public void The_sign_test_is_exact(int wins, int losses, double expected) =>
        Assert.Equal(expected, PairedComparison.SignTest(wins, losses), 12);

    [Fact]
    public void Equal_models_differ_in_nothing()
    {
        var comparison = PairedComparison.Of(A, A);
        Assert.Equal((0, 1, 1, 10), (comparison.Difference, comparison.TTestP, comparison.SignTestP, comparison.Ties));
        Assert.Equal(1, comparison.Correlation!.Value, 12);
        Assert.Null(PairedComparison.Of([1, 1], [0, 1]).Correlation);
    }

    [Fact]
    public void A_difference_without_any_spread_is_certain()
    {
        var comparison = PairedComparison.Of([0, 0, 0], [1, 1, 1]);
        Assert.Equal((1, 0, 0), (comparison.Difference, comparison.StandardError, comparison.TTestP));
        Assert.Equal(0.25, comparison.SignTestP, 12);
    }

    [Fact]
    public void Exchanged_models_give_the_mirrored_comparison() =>
        Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1]).Array[2, 30].Sample(pairs =>
        {
            double[] first = [.. pairs.Select(pair => pair.Item1)];
            double[] second = [.. pairs.Select(pair => pair.Item2)];
            var (forth, back) = (PairedComparison.Of(first, second), PairedComparison.Of(second, first));
            return Math.Abs(forth.Difference + back.Difference) < 1e-12 && Math.Abs(forth.TTestP - back.TTestP) < 1e-9 &&
                forth.SignTestP == back.SignTestP && Math.Abs(forth.Interval.Low + back.Interval.High) < 1e-9 &&
                Math.Abs(forth.Difference - (second.Average() - first.Average())) < 1e-12;
        });

    [Fact]
    public void Models_are_compared_by_the_names_of_their_instances()
    {
        var a = new Dictionary<string, double> { ["x"] = 1, ["y"] = 0, ["z"] = 0 };
        var b = new Dictionary<string, double> { ["z"] = 1, ["x"] = 1, ["y"] = 1 };
        Assert.Equal(2.0 / 3, PairedComparison.Of(a, b).Difference, 14);
        b.Remove("y");
        Assert.Contains("'y'", Assert.Throws<EvaluationException>(() => PairedComparison.Of(a, b)).Message);
    }

    [Fact]
    public void The_minimum_detectable_effect_is_found_with_the_power()
    {
        // Differences of mean d and deviation 1 over 100 instances, d the effect of 80 % power: the test finds it in about 80 of 100 trials.
        var random = new Random(11);
        var effect = PairedComparison.MinimumEffect(0.1);
        var found = Enumerable.Range(0, 1500).Count(_ =>
        {
            double[] differences = [.. Enumerable.Range(0, 100).Select(_ => effect + Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
            return PairedComparison.Of(new double[100], differences).TTestP < 0.05;
        });
        Assert.InRange(found / 1500.0, 0.76, 0.83);
    }

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        Assert.Throws<EvaluationException>(() => PairedComparison.Of([1], [1]));
        Assert.Throws<EvaluationException>(() => PairedComparison.Of([1, 2], [1, 2, 3]));
        Assert.Throws<EvaluationException>(() => PairedComparison.Of(A, B, level: 95));
        Assert.Throws<EvaluationException>(() => PairedComparison.Of(A, B, power: 0));
    }
}
