namespace OlmoSharp.Evaluation.Statistics;

/// <summary>A ratio of two sums over instances, such as bits by bytes or negative log-likelihood by tokens, in which long instances weigh more.</summary>
/// <param name="Count">The number of instances.</param>
/// <param name="Ratio">The sum of the numerators by the sum of the denominators.</param>
/// <param name="StandardError">That of the ratio by its linear approximation, √(n/(n−1) Σ (y − R x)²)/Σ x (Cochran 1977, section 6.4); null for one instance.</param>
internal sealed record RatioMean(int Count, double Ratio, double? StandardError)
{
    /// <summary>The ratio of sums.</summary>
    /// <param name="numerators">What each instance adds above.</param>
    /// <param name="denominators">What each instance adds below.</param>
    /// <exception cref="EvaluationException">The lists do not fit, are empty or not finite, or the denominators do not add up to more than 0.</exception>
    public static RatioMean Of(IReadOnlyList<double> numerators, IReadOnlyList<double> denominators)
    {
        if (numerators.Count != denominators.Count)
        {
            throw new EvaluationException($"{numerators.Count} numerators need as many denominators, not {denominators.Count}");
        }

        var count = numerators.Count;
        var above = SampleMean.Average(numerators) * count;
        var below = SampleMean.Average(denominators) * count;
        if (!(below > 0))
        {
            throw new EvaluationException($"the denominators add up to {below}: there is nothing to divide by");
        }

        var ratio = above / below;
        var squares = numerators.Zip(denominators, (numerator, denominator) => numerator - (ratio * denominator)).Sum(rest => rest * rest);
        return new RatioMean(count, ratio, count == 1 ? null : Math.Sqrt(count / (count - 1.0) * squares) / below);
    }
}
