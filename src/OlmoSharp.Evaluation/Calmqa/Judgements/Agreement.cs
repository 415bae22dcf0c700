namespace OlmoSharp.Evaluation.Calmqa.Judgements;

/// <summary>Measures of how far annotators agree. Each takes for every unit the values it was given; 1 is full agreement, 0 what chance gives; not a number where there is nothing to compare.</summary>
public static class Agreement
{
    /// <summary>Krippendorff's alpha, for any number of annotators and gaps (Krippendorff 2011, "Computing Krippendorff's alpha-reliability").</summary>
    /// <param name="units">The values of each unit; one with fewer than two says nothing.</param>
    /// <param name="scale">What distances mean.</param>
    public static double KrippendorffAlpha(IEnumerable<IReadOnlyList<int>> units, AgreementScale scale)
    {
        IReadOnlyList<int>[] paired = [.. units.Where(unit => unit.Count > 1)];
        int[] values = [.. paired.SelectMany(unit => unit).Distinct().Order()];
        var totals = values.Select(value => (double)paired.Sum(unit => unit.Count(other => other == value))).ToArray();
        var all = totals.Sum();
        var (observed, expected) = (0.0, 0.0);
        for (var i = 0; i < values.Length; i++)
        {
            for (var j = 0; j < values.Length; j++)
            {
                var distance = Distance(i, j);
                observed += distance * paired.Sum(unit => unit.Count(value => value == values[i]) * (double)(unit.Count(value => value == values[j]) - (i == j ? 1 : 0)) / (unit.Count - 1));
                expected += distance * totals[i] * (totals[j] - (i == j ? 1 : 0)) / (all - 1);
            }
        }

        return expected == 0 ? double.NaN : 1 - observed / expected;

        double Distance(int i, int j) => scale switch
        {
            AgreementScale.Nominal => i == j ? 0 : 1,
            AgreementScale.Interval => Math.Pow(values[i] - values[j], 2),
            _ => Math.Pow(totals[Math.Min(i, j)..(Math.Max(i, j) + 1)].Sum() - (totals[i] + totals[j]) / 2, 2),
        };
    }

    /// <summary>Cohen's kappa of two annotators.</summary>
    /// <param name="pairs">What the one and the other said of each unit.</param>
    public static double CohenKappa(IReadOnlyCollection<(int First, int Second)> pairs)
    {
        var agreed = pairs.Count(pair => pair.First == pair.Second) / (double)pairs.Count;
        var chance = pairs.Select(pair => pair.First).Distinct().Sum(value => pairs.Count(pair => pair.First == value) * (double)pairs.Count(pair => pair.Second == value)) / ((double)pairs.Count * pairs.Count);
        return chance == 1 ? double.NaN : (agreed - chance) / (1 - chance);
    }

    /// <summary>Fleiss's kappa of the same number of annotators for every unit (Fleiss 1971).</summary>
    /// <param name="units">The values of each unit, equally many and at least two.</param>
    /// <exception cref="ArgumentException">They are not equally many.</exception>
    public static double FleissKappa(IReadOnlyCollection<IReadOnlyList<int>> units)
    {
        var raters = units.FirstOrDefault()?.Count ?? 0;
        if (units.Any(unit => unit.Count != raters || raters < 2))
        {
            throw new ArgumentException("every unit needs the same number of values, at least two", nameof(units));
        }

        var observed = units.Count == 0 ? double.NaN : units.Average(unit => unit.GroupBy(value => value).Sum(group => group.Count() * (group.Count() - 1.0)) / (raters * (raters - 1.0)));
        var chance = units.SelectMany(unit => unit).GroupBy(value => value).Sum(group => Math.Pow(group.Count() / (double)(units.Count * raters), 2));
        return chance == 1 ? double.NaN : (observed - chance) / (1 - chance);
    }
}
