namespace OlmoSharp.Data.LanguageModels;

/// <summary>What modified Kneser–Ney smoothing takes from n-grams counted once, twice, and three times or more, at one order.</summary>
/// <param name="One">From a count of 1.</param>
/// <param name="Two">From a count of 2.</param>
/// <param name="ThreePlus">From a count of 3 or more.</param>
/// <param name="Estimated">Whether they were estimated; else they are the fixed <see cref="Fallback"/>.</param>
public readonly record struct KneserNeyDiscounts(double One, double Two, double ThreePlus, bool Estimated)
{
    /// <summary>0.5, 1 and 1.5, as KenLM's fallback: for orders that hold too few n-grams of small counts to estimate from.</summary>
    public static KneserNeyDiscounts Fallback { get; } = new(0.5, 1, 1.5, false);

    /// <summary>
    /// Estimates the discounts by equation 26 of Chen and Goodman, "An Empirical Study of Smoothing Techniques for Language Modeling" (1998):
    /// Y = n₁ / (n₁ + 2 n₂), Dᵢ = i − (i + 1) Y nᵢ₊₁ / nᵢ. Where one of n₁ … n₄ is zero or a discount leaves (0, i], it is the <see cref="Fallback"/>: with nothing taken, what was never seen would have no probability.
    /// </summary>
    /// <param name="n1">Number of n-grams counted once.</param>
    /// <param name="n2">Counted twice.</param>
    /// <param name="n3">Counted three times.</param>
    /// <param name="n4">Counted four times.</param>
    public static KneserNeyDiscounts Estimate(long n1, long n2, long n3, long n4)
    {
        if (n1 == 0 || n2 == 0 || n3 == 0 || n4 == 0)
        {
            return Fallback;
        }

        double y = n1 / (n1 + (2.0 * n2));
        var estimate = new KneserNeyDiscounts(1 - (2 * y * n2 / n1), 2 - (3 * y * n3 / n2), 3 - (4 * y * n4 / n3), true);
        return estimate is { One: > 0 and <= 1, Two: > 0 and <= 2, ThreePlus: > 0 and <= 3 } ? estimate : Fallback;
    }

    /// <summary>The discount of a count; 0 for a count of 0.</summary>
    public double Of(int count) => count switch
    {
        0 => 0,
        1 => One,
        2 => Two,
        _ => ThreePlus,
    };
}
