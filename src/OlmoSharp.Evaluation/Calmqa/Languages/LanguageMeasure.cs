namespace OlmoSharp.Evaluation.Calmqa.Languages;

/// <summary>What was found for a text of known language.</summary>
/// <param name="Truth">The place of its language.</param>
/// <param name="Length">About how many characters it has.</param>
/// <param name="Evidence">What its words say; null where the writing system decided.</param>
/// <param name="Decided">The place of the language that the writing system decided for, −1 for none known.</param>
internal sealed record LanguageMeasure(int Truth, int Length, LanguageEvidence? Evidence, int Decided)
{
    private const int MostToFit = 40;

    /// <summary>The place of the language found, −1 for none.</summary>
    /// <param name="languages">The languages.</param>
    /// <param name="calibration">How to read the evidence.</param>
    public int Found(IReadOnlyList<LanguageProfile> languages, LanguageCalibration calibration)
    {
        if (Evidence is not { Words: > 0 })
        {
            return Decided;
        }

        var best = Evidence.Candidates[Evidence.Best(calibration).Candidate];
        return Evidence.IsForeignTo(languages[best]) ? -1 : best;
    }

    /// <summary>The calibration with the least log loss on measures, each language counting the same.</summary>
    public static LanguageCalibration Fit(IReadOnlyList<LanguageMeasure> measures)
    {
        var weighed = measures.Where(HasTruth)
            .GroupBy(measure => (measure.Truth, measure.Length)).SelectMany(group => group.Take(MostToFit).Select(measure => (Evidence: measure.Evidence!, measure.Truth, Weight: 1.0 / Math.Min(MostToFit, group.Count())))).ToArray();
        return weighed.Length == 0 ? LanguageProfiles.Default.Calibration
            : (from sharpness in Enumerable.Range(0, 24).Select(i => 0.25 * Math.Pow(1.25, i))
               from power in Enumerable.Range(0, 11).Select(i => i / 10.0)
               let calibration = new LanguageCalibration(sharpness, power)
               let loss = weighed.AsParallel().AsOrdered().Select(item => -item.Weight * Math.Log(Math.Max(1e-7, item.Evidence.Probability(Array.IndexOf(item.Evidence.Candidates, item.Truth), calibration)))).Sum()
               select (calibration, loss)).MinBy(pair => pair.loss).calibration;
    }

    /// <summary>The margin that texts of a language and a length typically have: the median; not a number without any.</summary>
    public static double Margin(IReadOnlyList<LanguageMeasure> measures, int language, int length)
    {
        double[] margins = [.. measures.Where(measure => measure.Truth == language && measure.Length == length && HasTruth(measure)).Select(measure => measure.Evidence!.Margin).Order()];
        return margins.Length == 0 ? double.NaN : margins[margins.Length / 2];
    }

    /// <summary>How well a language is found in texts of a length; null without any.</summary>
    public static LanguageQuality? Quality(IReadOnlyList<LanguageMeasure> measures, IReadOnlyList<LanguageProfile> languages, int language, int length, LanguageCalibration calibration)
    {
        var shares = measures.Where(measure => measure.Length == length).GroupBy(measure => measure.Truth)
            .ToDictionary(group => group.Key, group => (Texts: group.Count(), Share: group.Average(measure => measure.Found(languages, calibration) == language ? 1.0 : 0)));
        return shares.TryGetValue(language, out var own) ? new(own.Texts, own.Share, own.Share / shares.Values.Sum(other => other.Share)) : null;
    }

    private static bool HasTruth(LanguageMeasure measure) => measure.Evidence is { Words: > 0 } evidence && evidence.Candidates.Contains(measure.Truth);
}
