using CsCheck;
using OlmoSharp.Evaluation.Judging;
using OlmoSharp.Evaluation.Statistics;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Judging;

public sealed class LengthControlTests
{
    [Fact]
    public void Without_an_effect_of_length_the_win_rate_stays()
    {
        // The same wins at both lengths.
        double[] wins = [1, 0, 1, 1, 1, 0, 1, 1];
        var control = LengthControl.Fit(wins, [100, 100, 100, 100, -100, -100, -100, -100]);
        Assert.Equal(0.75, control.WinRate);
        Assert.Equal(0.75, control.ControlledWinRate, 9);
        Assert.Equal(0, control.LengthEffect, 9);
        // The error is that of a mean, then.
        Assert.Equal(SampleMean.Of(wins).StandardError!.Value, control.StandardError!.Value, 9);
        Assert.Equal(SampleMean.Of(wins).StandardError!.Value, LengthControl.Fit(wins, new double[8]).StandardError!.Value, 9);
    }

    [Fact]
    public void Wins_by_length_alone_are_taken_away()
    {
        // Longer answers win 3 of 4, shorter ones 1 of 4, three times as many are longer: at equal length it is even.
        double[] wins = [1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 0, 0, 0];
        double[] lengths = [.. Enumerable.Repeat(50.0, 12), .. Enumerable.Repeat(-50.0, 4)];
        var control = LengthControl.Fit(wins, lengths);
        Assert.Equal(0.625, control.WinRate);
        Assert.Equal(0.5, control.ControlledWinRate, 0.01);
        // By hand for two lengths: φ·tanh(50/sd) = log 3, but for the penalty; sd = 50·√((1 − 1/4)·16/15).
        Assert.Equal(Math.Log(3) / Math.Tanh(1 / Math.Sqrt(0.75 * 16 / 15)), control.LengthEffect, 0.02);
    }

    [Fact]
    public void The_fit_is_a_maximum_of_the_likelihood() =>
        Gen.Select(Gen.Double[0.01, 0.99], Gen.Double[-100, 100]).Array[3, 40].Sample(pairs =>
        {
            double[] wins = [.. pairs.Select(pair => pair.Item1)];
            double[] lengths = [.. pairs.Select(pair => pair.Item2)];
            var control = LengthControl.Fit(wins, lengths);
            var average = lengths.Average();
            var deviation = Math.Sqrt(lengths.Sum(length => (length - average) * (length - average)) / (lengths.Length - 1));
            var theta = Math.Log(control.ControlledWinRate / (1 - control.ControlledWinRate));
            double Likelihood(double constant, double slope) => wins.Zip(lengths, (win, length) => (constant + (slope * Math.Tanh(length / deviation))) is var logit
                ? (win * logit) - Math.Log(1 + Math.Exp(logit)) : 0).Sum() - (0.005 * slope * slope);
            var best = Likelihood(theta, control.LengthEffect);
            return new[] { (1e-3, 0.0), (-1e-3, 0.0), (0.0, 1e-3), (0.0, -1e-3) }.All(move => Likelihood(theta + move.Item1, control.LengthEffect + move.Item2) <= best);
        });

    /// <summary>Verdicts drawn by the formula itself, of answers that are mostly longer: the effect of length is undone, and the standard error is how much the estimates vary.</summary>
    [Fact]
    public void A_known_effect_of_length_is_undone_and_the_error_is_the_spread()
    {
        const double quality = -0.4;
        const double effect = 1.6;
        const int count = 300;
        var random = new Random(5);
        double[] lengths = [.. Enumerable.Range(0, count).Select(_ => 400 + (600 * random.NextDouble()) - (500 * random.NextDouble()))];
        var average = lengths.Average();
        var deviation = Math.Sqrt(lengths.Sum(length => (length - average) * (length - average)) / (count - 1));
        List<LengthControl> fits = [.. Enumerable.Range(0, 400).Select(_ => LengthControl.Fit(
            [.. lengths.Select(length => random.NextDouble() < 1 / (1 + Math.Exp(-quality - (effect * Math.Tanh(length / deviation)))) ? 1.0 : 0.0)], lengths))];
        var truth = 1 / (1 + Math.Exp(-quality));
        var mean = fits.Average(fit => fit.ControlledWinRate);
        var spread = Math.Sqrt(fits.Sum(fit => Math.Pow(fit.ControlledWinRate - mean, 2)) / (fits.Count - 1));
        Assert.InRange(fits.Average(fit => fit.WinRate), 0.6, 0.8);
        Assert.Equal(truth, mean, 4 * spread / Math.Sqrt(fits.Count));
        Assert.Equal(1, fits.Average(fit => fit.StandardError!.Value) / spread, 0.15);
    }

    [Fact]
    public void Extremes_are_finite()
    {
        Assert.Equal(new LengthControl(1, 1, 0, 0, 0), LengthControl.Fit([1, 1], [5, -5]));
        Assert.True(double.IsFinite(LengthControl.Fit([1, 0, 1, 0], [9, -9, 9, -9]).LengthEffect));
        Assert.Equal(0.5, LengthControl.Fit([1, 0], [3, 3]).ControlledWinRate, 9);
        Assert.Null(LengthControl.Fit([0.5], [3]).StandardError);
        Assert.Throws<EvaluationException>(() => LengthControl.Fit([], []));
        Assert.Throws<EvaluationException>(() => LengthControl.Fit([1], [1, 2]));
        Assert.Throws<EvaluationException>(() => LengthControl.Fit([2], [1]));
    }
}
