namespace OlmoSharp.Evaluation.Statistics;

/// <summary>Many tests at once: of twenty tasks without any difference, one is "significant" at 5 % by chance.</summary>
internal static class FalseDiscovery
{
    /// <summary>The adjusted p-values of Benjamini and Hochberg (1995): rejecting all up to q keeps the expected share of false discoveries at most q.</summary>
    /// <param name="pValues">The p-values, from 0 to 1.</param>
    /// <returns>The adjusted p-values in the same order.</returns>
    /// <exception cref="EvaluationException">A p-value is not one.</exception>
    public static double[] Adjust(IReadOnlyList<double> pValues)
    {
        if (pValues.Any(p => !(p >= 0 && p <= 1)))
        {
            throw new EvaluationException("a p-value lies between 0 and 1");
        }

        var adjusted = new double[pValues.Count];
        var smallest = 1.0;
        var rank = pValues.Count;
        foreach (var index in Enumerable.Range(0, pValues.Count).OrderByDescending(index => pValues[index]))
        {
            smallest = Math.Min(smallest, pValues[index] * pValues.Count / rank--);
            adjusted[index] = smallest;
        }

        return adjusted;
    }
}
