namespace OlmoSharp.Evaluation.Metrics.Samples;

/// <summary>pass@k: the chance that at least one of k samples is right.</summary>
internal static class PassAtK
{
    /// <summary>The unbiased estimate from n ≥ k samples, 1 − C(n−c, k)/C(n, k) (Chen et al. 2021, equation 1), as a product that neither overflows nor cancels.</summary>
    /// <param name="samples">The number of samples n.</param>
    /// <param name="correct">How many of them are right, c.</param>
    /// <param name="k">How many may be tried.</param>
    /// <exception cref="EvaluationException">There are fewer samples than k, or the counts are not possible.</exception>
    public static double Estimate(int samples, int correct, int k)
    {
        if (k < 1 || samples < k || correct < 0 || correct > samples)
        {
            throw new EvaluationException($"pass@{k} cannot be had from {samples} samples of which {correct} are right: take at least {k} samples");
        }

        var allWrong = 1.0;
        for (var i = samples - correct + 1; i <= samples && samples - correct >= k; i++)
        {
            allWrong *= 1.0 - ((double)k / i);
        }

        return samples - correct < k ? 1 : 1 - allWrong;
    }

    /// <summary>pass^k: the chance that all of k samples are right, C(c, k)/C(n, k).</summary>
    /// <inheritdoc cref="Estimate"/>
    public static double EstimateAll(int samples, int correct, int k) => 1 - Estimate(samples, samples - correct, k);
}
