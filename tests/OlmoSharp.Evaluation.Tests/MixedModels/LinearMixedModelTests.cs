using OlmoSharp.Evaluation.MixedModels;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.MixedModels;

/// <summary>Against R 4.2 with lme4 1.1-31 and lmerTest, whose numbers are given here with the data.</summary>
public class LinearMixedModelTests
{
    /// <summary>
    /// Diameters of growth inhibition of penicillin, six samples (A to F) on each of 24 plates (Davies and Goldsmith 1972): the crossed example of lme4's own paper, whose published estimates are
    /// standard deviations of 0.8467 (plate), 1.9316 (sample) and 0.5499, an intercept of 22.9722 ± 0.8086 and a criterion of 330.9.
    /// </summary>
    private const string Penicillin = """
        a:27,23,26,23,23,21 b:27,23,26,23,23,21 c:25,21,25,24,24,20 d:26,23,25,23,23,20 e:25,22,26,22,23,20 f:24,22,25,23,22,19 g:24,20,23,21,22,19
        h:26,22,26,24,24,21 i:24,21,24,22,22,20 j:24,21,24,23,22,19 k:26,23,26,24,24,21 l:25,22,26,24,24,20 m:26,24,26,24,25,22 n:26,23,26,23,23,20
        o:26,23,25,24,24,22 p:25,22,25,23,23,20 q:25,21,24,23,23,20 r:25,22,24,23,23,19 s:24,21,23,21,21,19 t:26,23,26,24,24,21 u:25,21,24,22,22,18
        v:25,22,25,22,22,20 w:24,21,24,22,24,19 x:24,21,24,22,21,18
        """;

    /// <summary>Made ratings: question, annotator, model, kind (a or s), rating.</summary>
    private const string Ratings = """
        1:2:A:a:5 1:2:B:a:5 1:2:C:a:5 1:5:A:a:5 1:5:B:a:4 1:5:C:a:5 2:2:A:s:3 2:2:B:s:3 2:2:C:s:3 2:5:A:s:2 2:5:B:s:2 2:5:C:s:2 2:6:A:s:3 2:6:B:s:3 2:6:C:s:2
        3:4:A:a:3 3:4:B:a:3 3:4:C:a:3 3:2:A:a:3 3:2:B:a:4 3:2:C:a:3 4:3:A:s:3 4:3:B:s:3 4:3:C:s:3 4:1:A:s:3 4:1:B:s:3 4:1:C:s:2 5:3:A:a:4 5:3:B:a:4 5:3:C:a:3
        5:2:A:a:2 5:2:B:a:4 5:2:C:a:3 5:1:A:a:3 5:1:B:a:3 5:1:C:a:2 6:6:A:s:1 6:6:B:s:2 6:6:C:s:1 6:3:A:s:2 6:3:B:s:2 6:3:C:s:2 7:5:A:a:4 7:5:B:a:4 7:5:C:a:4
        7:4:A:a:3 7:4:B:a:5 7:4:C:a:2 7:2:A:a:4 7:2:B:a:4 7:2:C:a:4 8:3:A:s:2 8:3:B:s:3 8:3:C:s:1 8:1:A:s:3 8:1:B:s:4 8:1:C:s:3 8:4:A:s:3 8:4:B:s:3 8:4:C:s:3
        9:1:A:a:4 9:1:B:a:5 9:1:C:a:2 9:4:A:a:3 9:4:B:a:3 9:4:C:a:3 10:1:A:s:4 10:1:B:s:5 10:1:C:s:3 10:3:A:s:3 10:3:B:s:5 10:3:C:s:4 10:2:A:s:5 10:2:B:s:5
        10:2:C:s:3 11:3:A:a:4 11:3:B:a:4 11:3:C:a:4 11:1:A:a:3 11:1:B:a:5 11:1:C:a:3 11:5:A:a:3 11:5:B:a:4 11:5:C:a:3 12:3:A:s:5 12:3:B:s:5 12:3:C:s:4
        12:6:A:s:5 12:6:B:s:5 12:6:C:s:3 13:3:A:a:4 13:3:B:a:5 13:3:C:a:4 13:6:A:a:5 13:6:B:a:5 13:6:C:a:5 14:3:A:s:4 14:3:B:s:3 14:3:C:s:4 14:2:A:s:3
        14:2:B:s:3 14:2:C:s:4 15:4:A:a:4 15:4:B:a:5 15:4:C:a:3 15:6:A:a:4 15:6:B:a:4 15:6:C:a:4 15:3:A:a:4 15:3:B:a:4 15:3:C:a:4 16:6:A:s:4 16:6:B:s:3
        16:6:C:s:3 16:2:A:s:3 16:2:B:s:5 16:2:C:s:3 16:4:A:s:2 16:4:B:s:3 16:4:C:s:1 17:6:A:a:3 17:6:B:a:2 17:6:C:a:2 17:5:A:a:2 17:5:B:a:3 17:5:C:a:4
        17:2:A:a:4 17:2:B:a:3 17:2:C:a:3 18:3:A:s:3 18:3:B:s:4 18:3:C:s:2 18:5:A:s:2 18:5:B:s:4 18:5:C:s:3 19:5:A:a:2 19:5:B:a:5 19:5:C:a:3 19:2:A:a:4
        19:2:B:a:3 19:2:C:a:3 20:6:A:s:4 20:6:B:s:4 20:6:C:s:2 20:4:A:s:4 20:4:B:s:4 20:4:C:s:3 21:1:A:a:4 21:1:B:a:4 21:1:C:a:2 21:2:A:a:4 21:2:B:a:5
        21:2:C:a:3 21:4:A:a:4 21:4:B:a:3 21:4:C:a:3 22:1:A:s:2 22:1:B:s:3 22:1:C:s:3 22:4:A:s:5 22:4:B:s:3 22:4:C:s:2 22:3:A:s:3 22:3:B:s:3 22:3:C:s:3
        23:1:A:a:3 23:1:B:a:4 23:1:C:a:3 23:5:A:a:3 23:5:B:a:5 23:5:C:a:4 23:6:A:a:4 23:6:B:a:4 23:6:C:a:2 24:1:A:s:2 24:1:B:s:2 24:1:C:s:2 24:6:A:s:2
        24:6:B:s:3 24:6:C:s:2 25:5:A:a:4 25:5:B:a:4 25:5:C:a:4 25:3:A:a:4 25:3:B:a:5 25:3:C:a:3 25:6:A:a:3 25:6:B:a:3 25:6:C:a:3 26:1:A:s:3 26:1:B:s:3
        26:1:C:s:3 26:5:A:s:3 26:5:B:s:3 26:5:C:s:2 26:3:A:s:4 26:3:B:s:3 26:3:C:s:3 27:6:A:a:2 27:6:B:a:4 27:6:C:a:3 27:1:A:a:3 27:1:B:a:2 27:1:C:a:3
        28:1:A:s:3 28:1:B:s:3 28:1:C:s:3 28:2:A:s:5 28:2:B:s:4 28:2:C:s:4 29:4:A:a:2 29:4:B:a:3 29:4:C:a:2 29:6:A:a:2 29:6:B:a:2 29:6:C:a:1 29:5:A:a:2
        29:5:B:a:3 29:5:C:a:2 30:1:A:s:3 30:1:B:s:3 30:1:C:s:1 30:5:A:s:2 30:5:B:s:4 30:5:C:s:3 30:2:A:s:4 30:2:B:s:3 30:2:C:s:2
        """;

    [Fact]
    public void The_crossed_example_of_lme4_is_fitted_as_published()
    {
        var rows = Words(Penicillin).SelectMany(plate => plate.Split(':')[1].Split(',').Select((diameter, i) => (Plate: plate.Split(':')[0], Sample: "ABCDEF"[i].ToString(), Diameter: double.Parse(diameter, System.Globalization.CultureInfo.InvariantCulture)))).ToArray();
        Assert.Equal(144, rows.Length);
        var fit = LinearMixedModel.Fit(
            [.. rows.Select(row => row.Diameter)], ["(intercept)"], [.. rows.Select(_ => new[] { 1.0 })], [new("plate", [.. rows.Select(row => row.Plate)]), new("sample", [.. rows.Select(row => row.Sample)])]);
        Assert.Equal(330.860588999604, fit.Criterion, 6);
        Assert.Equal([0.846702510, 1.931613792], fit.Random.Select(effect => effect.StandardDeviation), Near(1e-4));
        Assert.InRange(fit.Residual, 0.5498, 0.5500);
        Assert.Equal(22.9722222222219, fit.Fixed[0].Estimate, 8);
        Assert.InRange(fit.Fixed[0].StandardError, 0.8085, 0.8087);
        Assert.Equal((24, 6), (fit.Random[0].Levels, fit.Random[1].Levels));
    }

    [Fact]
    public void Unbalanced_ratings_with_fixed_effects_are_fitted_as_by_R()
    {
        var fit = Fit(rating => rating);
        Assert.Equal(228, fit.Observations);
        Assert.Equal(539.514536994893, fit.Criterion, 6);
        Assert.Equal([0.627374235, 0.187450620], fit.Random.Select(effect => effect.StandardDeviation), Near(5e-5));
        Assert.Equal(0.676432260, fit.Residual, 5);
        Assert.Equal([3.509281521, 0.355263158, -0.407894737, -0.425722406], fit.Fixed.Select(effect => effect.Estimate), Near(1e-5));
        Assert.Equal([0.200494386, 0.109731802, 0.109731802, 0.247340761], fit.Fixed.Select(effect => effect.StandardError), Near(1e-5));
        Assert.Equal([34.5236854, 191.4801884, 191.4801884, 27.5264458], fit.Fixed.Select(effect => effect.DegreesOfFreedom), Near(0.05));
        Assert.Equal([9.65786e-19, 0.00142090854, 0.000264293026, 0.0964377234], fit.Fixed.Select(effect => effect.P), Near(1e-5));
    }

    [Fact]
    public void Another_unit_changes_nothing_else()
    {
        var (fit, scaled) = (Fit(rating => rating), Fit(rating => 10 + 100 * rating));
        Assert.Equal(fit.Fixed.Skip(1).Select(effect => 100 * effect.Estimate), scaled.Fixed.Skip(1).Select(effect => effect.Estimate), Near(1e-3));
        Assert.Equal(fit.Fixed.Select(effect => effect.DegreesOfFreedom).Skip(1), scaled.Fixed.Select(effect => effect.DegreesOfFreedom).Skip(1), Near(0.2));
    }

    [Fact]
    public void Effects_that_cannot_be_told_apart_and_too_few_observations_are_errors()
    {
        GroupingFactor[] groups = [new("g", ["a", "a", "b", "b", "c"])];
        var error = Assert.Throws<EvaluationException>(() => LinearMixedModel.Fit([1, 2, 3, 4, 6], ["one", "two"], [[1, 2], [1, 2], [1, 2], [1, 2], [1, 2]], groups));
        Assert.Contains("one, two", error.Message, StringComparison.Ordinal);
        Assert.Throws<EvaluationException>(() => LinearMixedModel.Fit([1, 2], ["one"], [[1], [1]], [new("g", ["a", "b"])]));
    }

    [Fact]
    public void An_effect_that_is_not_there_has_no_spread()
    {
        // Every group has the same values, so that its means do not differ at all.
        double[] response = [.. Enumerable.Range(0, 24).Select(i => i % 4 * 1.0)];
        var fit = LinearMixedModel.Fit(response, ["(intercept)"], [.. response.Select(_ => new[] { 1.0 })], [new("g", [.. Enumerable.Range(0, 24).Select(i => $"{i / 4}")])]);
        Assert.Equal(0, fit.Random[0].StandardDeviation);
        // Then it is the ordinary mean with its ordinary standard error.
        Assert.Equal(1.5, fit.Fixed[0].Estimate, 9);
        var deviation = Math.Sqrt(response.Sum(value => (value - 1.5) * (value - 1.5)) / 23);
        Assert.Equal(deviation / Math.Sqrt(24), fit.Fixed[0].StandardError, 9);
        Assert.Equal(23, fit.Fixed[0].DegreesOfFreedom, 1);
        // 2.069 is the table's 5 % point of 23 degrees.
        Assert.Equal(2.069 * fit.Fixed[0].StandardError, fit.Fixed[0].Margin, 3);
        Assert.Equal(double.NaN, (fit.Fixed[0] with { DegreesOfFreedom = double.NaN }).Margin);
    }

    [Theory]
    // From tables of the distribution: two-sided 5 % and 1 % points.
    [InlineData(12.706, 1, 0.05)]
    [InlineData(2.228, 10, 0.05)]
    [InlineData(2.750, 30, 0.01)]
    [InlineData(1.984, 100, 0.05)]
    [InlineData(0, 7, 1)]
    public void The_t_distribution_is_that_of_the_tables(double t, double degrees, double p) => Assert.Equal(p, Evaluation.Statistics.StudentT.TwoSidedTail(t, degrees), 4);

    private static MixedModelFit Fit(Func<double, double> scale)
    {
        string[][] rows = [.. Words(Ratings).Select(row => row.Split(':'))];
        return LinearMixedModel.Fit(
            [.. rows.Select(row => scale(int.Parse(row[4], System.Globalization.CultureInfo.InvariantCulture)))], ["(intercept)", "B", "C", "specific"],
            [.. rows.Select(row => new[] { 1.0, row[2] == "B" ? 1 : 0, row[2] == "C" ? 1 : 0, row[3] == "s" ? 1 : 0 })], [new("question", [.. rows.Select(row => row[0])]), new("annotator", [.. rows.Select(row => row[1])])]);
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static Comparison Near(double distance) => new(distance);

    private sealed class Comparison(double distance) : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) <= distance;

        public int GetHashCode(double number) => 0;
    }
}
