using OlmoSharp.Evaluation.Perplexity;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Statistics;

namespace OlmoSharp.Evaluation.Comparison;

/// <summary>A model beside the first one in a task that both answered.</summary>
/// <param name="Difference">The mean difference over the same documents, this model minus the first.</param>
/// <param name="Low">The lower end of its 95 % confidence interval.</param>
/// <param name="High">The upper end.</param>
/// <param name="P">The two-sided p-value: of the exact sign test for right and wrong answers (McNemar's), else of the paired t-test.</param>
/// <param name="Wins">Documents on which this model is better.</param>
/// <param name="Losses">Documents on which the first is better.</param>
/// <param name="MinimumDetectableEffect">The true difference that the test finds four times in five.</param>
public sealed record TaskDifference(double Difference, double Low, double High, double P, int Wins, int Losses, double MinimumDetectableEffect)
{
    /// <summary>The p-value adjusted for all tests of the comparison after Benjamini and Hochberg; null where there is but one.</summary>
    public double? AdjustedP { get; init; }

    /// <summary>Compares documents' scores.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="first">The first model's.</param>
    /// <param name="other">The other's.</param>
    internal static TaskDifference Of(string metric, IReadOnlyList<InstanceScore> first, IReadOnlyList<InstanceScore> other)
    {
        // Higher must be better, for wins and losses to mean what they say; the difference keeps its sign.
        var sign = MetricNames.IsHigherBetter(metric) ? 1 : -1;
        var compared = PairedComparison.Of(Values(first), Values(other));
        return new(
            sign * compared.Difference, Math.Min(sign * compared.Interval.Low, sign * compared.Interval.High), Math.Max(sign * compared.Interval.Low, sign * compared.Interval.High),
            first.Concat(other).All(instance => instance.Metrics[metric] is 0 or 1) ? compared.SignTestP : compared.TTestP, compared.Wins, compared.Losses, compared.MinimumDetectableEffect);

        Dictionary<string, double> Values(IReadOnlyList<InstanceScore> instances) => instances.Where(instance => instance.Metrics.ContainsKey(metric))
            .ToDictionary(instance => instance.DocumentId.ToString(System.Globalization.CultureInfo.InvariantCulture), instance => sign * instance.Metrics[metric]);
    }

    /// <summary>
    /// Compares bits per byte of the same texts, in which long texts weigh more: the difference of the two ratios of sums is the ratio of the texts' differences in bits to their bytes, and has
    /// its standard error (<see cref="RatioMean"/>).
    /// </summary>
    /// <param name="first">The first model's texts.</param>
    /// <param name="other">The other's, in the same order.</param>
    internal static TaskDifference OfTexts(IReadOnlyList<InstanceScore> first, IReadOnlyList<InstanceScore> other)
    {
        List<double> bits = [.. first.Zip(other, (a, b) => (a.Metrics[CorpusLikelihood.SumLogits] - b.Metrics[CorpusLikelihood.SumLogits]) / Math.Log(2))];
        var ratio = RatioMean.Of(bits, [.. first.Select(text => text.Metrics[CorpusLikelihood.Bytes])]);
        var error = ratio.StandardError!.Value;
        var interval = Interval.Around(ratio.Ratio, error * StudentT.TwoSidedQuantile(0.95, bits.Count - 1));
        return new(
            ratio.Ratio, interval.Low, interval.High, error == 0 ? (ratio.Ratio == 0 ? 1 : 0) : StudentT.TwoSidedTail(ratio.Ratio / error, bits.Count - 1),
            bits.Count(value => value < 0), bits.Count(value => value > 0), PairedComparison.MinimumEffect(error));
    }
}
