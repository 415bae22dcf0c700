using CsCheck;
using OlmoSharp.Evaluation.Statistics;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Statistics;

public sealed class SampleMeanTests
{
    [Fact]
    public void The_standard_error_is_that_of_a_sample()
    {
        // 1, 2, 3, 4: variance 5/3, standard error √(5/12).
        var mean = SampleMean.Of([1, 2, 3, 4]);
        Assert.Equal(2.5, mean.Mean);
        Assert.Equal(Math.Sqrt(5.0 / 12), mean.StandardError!.Value, 14);
        // t(0.975, 3) = 3.182446 by the printed tables.
        Assert.Equal(2.5 + (3.182446 * Math.Sqrt(5.0 / 12)), mean.ConfidenceInterval()!.Value.High, 5);
        Assert.Null(SampleMean.Of([1]).StandardError);
        Assert.Null(SampleMean.Of([1]).ConfidenceInterval());
    }

    [Fact]
    public void Accuracy_has_the_binomial_error() => Gen.Int[0, 40].SelectMany(right => Gen.Select(Gen.Const(right), Gen.Int[Math.Max(2, right), 41])).Sample((right, count) =>
    {
        var p = (double)right / count;
        var error = SampleMean.Of([.. Enumerable.Range(0, count).Select(i => i < right ? 1.0 : 0.0)]).StandardError!.Value;
        return Math.Abs(error - Math.Sqrt(p * (1 - p) / (count - 1))) < 1e-12;
    });

    [Fact]
    public void Clusters_of_one_are_independent_and_copies_add_nothing()
    {
        double[] values = [1, 0, 0, 1, 1, 0.5];
        var plain = SampleMean.Of(values);
        var single = SampleMean.OfClusters(values, ["a", "b", "c", "d", "e", "f"]);
        Assert.Equal(plain.StandardError!.Value * Math.Sqrt(5.0 / 6), single.StandardError!.Value, 13);

        // Each instance three times in one cluster: the same knowledge as before.
        var copies = SampleMean.OfClusters([.. values.SelectMany(value => new[] { value, value, value })], [.. "abcdef".SelectMany(c => new[] { $"{c}", $"{c}", $"{c}" })]);
        Assert.Equal(single.StandardError.Value, copies.StandardError!.Value, 13);
        Assert.Null(SampleMean.OfClusters([1, 2], ["a", "a"]).StandardError);
    }

    [Fact]
    public void Averages_over_tasks_have_the_error_of_their_parts()
    {
        SampleMean[] tasks = [new(100, 0.5, 0.03), new(300, 0.7, 0.04)];
        Assert.Equal(0.6, SampleMean.Macro(tasks).Mean, 14);
        Assert.Equal(0.025, SampleMean.Macro(tasks).StandardError!.Value, 14); // √(0.03² + 0.04²)/2
        Assert.Equal(0.65, SampleMean.Micro(tasks).Mean, 14);
        Assert.Equal(Math.Sqrt((3 * 3) + (12 * 12)) / 400, SampleMean.Micro(tasks).StandardError!.Value, 14);
        Assert.Null(SampleMean.Macro([new(1, 0.5, null), new(2, 0.5, 0.1)]).StandardError);
        Assert.Throws<EvaluationException>(() => SampleMean.Macro([]));
    }

    [Fact]
    public void The_error_of_a_macro_average_is_that_of_simulated_averages()
    {
        // Two tasks of 20 and 80 instances with right answers of 30 % and 60 %: the spread over many simulated runs.
        var random = new Random(7);
        var runs = Enumerable.Range(0, 4000).Select(_ => SampleMean.Macro([Run(20, 0.3), Run(80, 0.6)])).ToList();
        var spread = Math.Sqrt(runs.Sum(run => Math.Pow(run.Mean - 0.45, 2)) / runs.Count);
        Assert.Equal(spread, Math.Sqrt(runs.Average(run => run.StandardError!.Value * run.StandardError.Value)), 0.003);

        SampleMean Run(int count, double p) => SampleMean.Of([.. Enumerable.Range(0, count).Select(_ => random.NextDouble() < p ? 1.0 : 0.0)]);
    }

    [Fact]
    public void A_ratio_of_sums_has_its_own_error()
    {
        // By hand: sums 6 and 12, ratio 1/2, rests 0, −1, 1 of (1, 2), (1, 4), (4, 6): √(3/2 · 2)/12.
        var ratio = RatioMean.Of([1, 1, 4], [2, 4, 6]);
        Assert.Equal(0.5, ratio.Ratio);
        Assert.Equal(Math.Sqrt(3) / 12, ratio.StandardError!.Value, 14);
        // With equal denominators it is the plain mean.
        Assert.Equal(SampleMean.Of([0.5, 1, 3]).StandardError!.Value, RatioMean.Of([1, 2, 6], [2, 2, 2]).StandardError!.Value, 14);
        Assert.Throws<EvaluationException>(() => RatioMean.Of([1], [0]));
        Assert.Throws<EvaluationException>(() => RatioMean.Of([1], [1, 2]));
    }

    [Fact]
    public void What_cannot_be_averaged_is_named()
    {
        Assert.Throws<EvaluationException>(() => SampleMean.Of([]));
        Assert.Contains("instance 1", Assert.Throws<EvaluationException>(() => SampleMean.Of([0, double.NaN])).Message);
    }
}
