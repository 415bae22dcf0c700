using CsCheck;
using OlmoSharp.Evaluation.Metrics.Judging;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Metrics.Judging;

public sealed class JudgingTests
{
    [Theory]
    [InlineData("good", "bad", 1.0)]
    [InlineData("bad", "good", 0.0)]
    [InlineData("bad", "bad", 0.5)]
    public async Task Both_orders_are_asked(string answer, string reference, double expected)
    {
        var judge = new PairwiseJudge((_, user, _) =>
        {
            var (a, b) = (Between(user, "# Answer A", "# Answer B"), Between(user, "# Answer B", "# Verdict"));
            return Task.FromResult(a == b ? "Hm. [[C]]" : a == "good" ? "[[B]] would be wrong.\n[[A]]" : "[[B]]");
        });
        var verdict = await judge.JudgeAsync(0, "Do it", answer, reference, TestContext.Current.CancellationToken);
        Assert.Equal(expected, verdict.Preference);
        Assert.Equal(2, verdict.Answers.Count);
    }

    [Fact]
    public async Task A_judge_that_always_prefers_the_first_is_no_help()
    {
        var verdict = await new PairwiseJudge((_, _, _) => Task.FromResult("[[A]]")).JudgeAsync(0, "i", "x", "y", TestContext.Current.CancellationToken);
        Assert.Equal(0.5, verdict.Preference);
        Assert.Equal(0, (await new PairwiseJudge((_, _, _) => Task.FromResult("A."), bothOrders: false).JudgeAsync(1, "i", "x", "y", TestContext.Current.CancellationToken)).Preference);
        Assert.Null((await new PairwiseJudge((_, _, _) => Task.FromResult("Both are fine")).JudgeAsync(0, "i", "x", "y", TestContext.Current.CancellationToken)).Preference);
    }

    [Theory]
    [InlineData("Good. [[8]]", 8.0)]
    [InlineData("[[3]] no, [[ 4.5 ]]", 4.5)]
    [InlineData("[[11]]", null)]
    [InlineData("8", null)]
    public async Task Grades_stand_in_double_brackets(string reply, double? expected)
    {
        var asked = "";
        var judge = new RubricJudge(
            (_, user, _) =>
            {
                asked = user;
                return Task.FromResult(reply);
            },
            "Clear?");
        Assert.Equal((expected, reply), await judge.GradeAsync("Do", "Done", "Right", TestContext.Current.CancellationToken));
        Assert.All(["Clear?", "Do", "Done", "Right"], part => Assert.Contains(part, asked));
    }

    [Fact]
    public void Without_an_effect_of_length_the_win_rate_stays()
    {
        // The same wins at both lengths.
        var control = LengthControl.Fit([1, 0, 1, 1, 1, 0, 1, 1], [100, 100, 100, 100, -100, -100, -100, -100]);
        Assert.Equal(0.75, control.WinRate);
        Assert.Equal(0.75, control.ControlledWinRate, 9);
        Assert.Equal(0, control.LengthEffect, 9);
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
        // By hand for two lengths: φ·tanh(50/sd) = log 3, but for the penalty; sd = 50·√(1 − 1/4).
        Assert.Equal(Math.Log(3) / Math.Tanh(1 / Math.Sqrt(0.75)), control.LengthEffect, 0.02);
    }

    [Fact]
    public void The_fit_is_a_maximum_of_the_likelihood() =>
        Gen.Select(Gen.Double[0.01, 0.99], Gen.Double[-100, 100]).Array[3, 40].Sample(pairs =>
        {
            double[] wins = [.. pairs.Select(pair => pair.Item1)];
            double[] lengths = [.. pairs.Select(pair => pair.Item2)];
            var control = LengthControl.Fit(wins, lengths);
            var average = lengths.Average();
            var deviation = Math.Sqrt(lengths.Average(length => (length - average) * (length - average)));
            var theta = Math.Log(control.ControlledWinRate / (1 - control.ControlledWinRate));
            double Likelihood(double constant, double slope) => wins.Zip(lengths, (win, length) => (constant + (slope * Math.Tanh(length / deviation))) is var logit
                ? (win * logit) - Math.Log(1 + Math.Exp(logit)) : 0).Sum() - (0.005 * slope * slope);
            var best = Likelihood(theta, control.LengthEffect);
            return new[] { (1e-3, 0.0), (-1e-3, 0.0), (0.0, 1e-3), (0.0, -1e-3) }.All(move => Likelihood(theta + move.Item1, control.LengthEffect + move.Item2) <= best);
        });

    [Fact]
    public void Extremes_are_finite()
    {
        Assert.Equal(new LengthControl(1, 1, 0, 0), LengthControl.Fit([1, 1], [5, -5]));
        Assert.True(double.IsFinite(LengthControl.Fit([1, 0, 1, 0], [9, -9, 9, -9]).LengthEffect));
        Assert.Equal(0.5, LengthControl.Fit([1, 0], [3, 3]).ControlledWinRate, 9);
        Assert.Throws<EvaluationException>(() => LengthControl.Fit([], []));
        Assert.Throws<EvaluationException>(() => LengthControl.Fit([1], [1, 2]));
        Assert.Throws<EvaluationException>(() => LengthControl.Fit([2], [1]));
    }

    private static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)].Trim();
    }
}
