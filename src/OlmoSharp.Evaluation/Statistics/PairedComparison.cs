using MathNet.Numerics.Distributions;

namespace OlmoSharp.Evaluation.Statistics;

/// <summary>
/// Two models on the same instances. What makes an instance easy or hard cancels in the differences, so that the same instances tell more than two separate standard errors would.
/// </summary>
/// <param name="Count">The number of instances.</param>
/// <param name="MeanA">The mean of the first model.</param>
/// <param name="MeanB">The mean of the second model.</param>
/// <param name="Difference">The mean difference, second minus first.</param>
/// <param name="StandardError">The standard error of the difference.</param>
/// <param name="Interval">The interval of the difference at <paramref name="Level"/>, by Student's t.</param>
/// <param name="Level">The confidence level.</param>
/// <param name="TTestP">The two-sided p-value of the paired t-test; 1 if all differences are 0.</param>
/// <param name="Wins">Instances on which the second model is better.</param>
/// <param name="Losses">Instances on which the first model is better.</param>
/// <param name="SignTestP">The exact two-sided p-value of the sign test on wins and losses; for scores of 0 and 1 this is the exact McNemar test.</param>
/// <param name="Correlation">Pearson's correlation of the two models' scores, or null if one of them is constant.</param>
/// <param name="MinimumDetectableEffect">The true difference that a test at 1 − <paramref name="Level"/> finds with the asked-for power, (z + z)·SE.</param>
internal sealed record PairedComparison(
    int Count,
    double MeanA,
    double MeanB,
    double Difference,
    double StandardError,
    Interval Interval,
    double Level,
    double TTestP,
    int Wins,
    int Losses,
    double SignTestP,
    double? Correlation,
    double MinimumDetectableEffect)
{
    /// <summary>Instances on which both are equal.</summary>
    public int Ties => Count - Wins - Losses;

    /// <summary>Compares scores by instance.</summary>
    /// <param name="a">The first model's score of each instance.</param>
    /// <param name="b">The second model's score of each instance.</param>
    /// <param name="level">The confidence level.</param>
    /// <param name="power">The chance to find a true difference of the minimum detectable effect.</param>
    /// <exception cref="EvaluationException">The models answered different instances, or fewer than 2.</exception>
    public static PairedComparison Of(
        IReadOnlyDictionary<string, double> a, IReadOnlyDictionary<string, double> b, double level = 0.95, double power = 0.8)
    {
        var missing = a.Keys.Where(key => !b.ContainsKey(key)).Select(key => (key, "second"))
            .Concat(b.Keys.Where(key => !a.ContainsKey(key)).Select(key => (key, "first"))).ToList();
        if (missing.Count > 0)
        {
            throw new EvaluationException(
                $"only models with the same instances can be compared: the {missing[0].Item2} model lacks '{missing[0].key}'{(missing.Count > 1 ? $" ({missing.Count} such instances in all)" : "")}");
        }

        var keys = a.Keys.Order(StringComparer.Ordinal).ToList();
        return Of([.. keys.Select(key => a[key])], [.. keys.Select(key => b[key])], level, power);
    }

    /// <summary>Compares scores in the same order.</summary>
    /// <inheritdoc cref="Of(IReadOnlyDictionary{string, double}, IReadOnlyDictionary{string, double}, double, double)"/>
    public static PairedComparison Of(IReadOnlyList<double> a, IReadOnlyList<double> b, double level = 0.95, double power = 0.8)
    {
        if (a.Count != b.Count || a.Count < 2)
        {
            throw new EvaluationException($"a paired comparison needs the same instances for both models, at least 2: there are {a.Count} and {b.Count}");
        }

        if (!(power > 0 && power < 1))
        {
            throw new EvaluationException($"a power lies between 0 and 1, not at {power}");
        }

        var meanA = SampleMean.Average(a);
        var meanB = SampleMean.Average(b);
        var differences = a.Zip(b, (first, second) => second - first).ToList();
        var difference = SampleMean.Of(differences);
        var error = difference.StandardError!.Value;
        var wins = differences.Count(value => value > 0);
        var losses = differences.Count(value => value < 0);
        return new PairedComparison(
            a.Count,
            meanA,
            meanB,
            difference.Mean,
            error,
            difference.ConfidenceInterval(level)!.Value,
            level,
            wins + losses == 0 ? 1 : StudentT.TwoSidedTail(difference.Mean / error, a.Count - 1),
            wins,
            losses,
            SignTest(wins, losses),
            CorrelationOf(a, meanA, b, meanB),
            MinimumEffect(error, level, power));
    }

    /// <summary>The exact two-sided sign test: twice the smaller tail of the binomial distribution with p = 1/2, at most 1.</summary>
    /// <param name="wins">Differences above 0.</param>
    /// <param name="losses">Differences below 0.</param>
    public static double SignTest(int wins, int losses) =>
        wins + losses == 0 ? 1 : Math.Min(1, 2 * Binomial.CDF(0.5, wins + losses, Math.Min(wins, losses)));

    /// <summary>The true difference that a two-sided test finds with the given power: (z_{(1+level)/2} + z_{power})·SE.</summary>
    /// <param name="standardError">The standard error of the difference.</param>
    /// <param name="level">1 minus the test's size.</param>
    /// <param name="power">The power.</param>
    public static double MinimumEffect(double standardError, double level = 0.95, double power = 0.8) =>
        standardError * (Normal.InvCDF(0, 1, (1 + level) / 2) + Normal.InvCDF(0, 1, power));

    private static double? CorrelationOf(IReadOnlyList<double> a, double meanA, IReadOnlyList<double> b, double meanB)
    {
        var (ab, aa, bb) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Count; i++)
        {
            ab += (a[i] - meanA) * (b[i] - meanB);
            aa += (a[i] - meanA) * (a[i] - meanA);
            bb += (b[i] - meanB) * (b[i] - meanB);
        }

        return aa == 0 || bb == 0 ? null : ab / Math.Sqrt(aa * bb);
    }
}
