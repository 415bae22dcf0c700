namespace OlmoSharp.Evaluation.Calmqa.Languages;

/// <summary>What was found for a text of known language.</summary>
/// <param name="Truth">The place of its language.</param>
/// <param name="Length">About how many characters it has.</param>
/// <param name="Evidence">What its words say; null where the writing system decided.</param>
/// <param name="Decided">The place of the language that the writing system decided for, −1 for none known.</param>
internal sealed record LanguageMeasure(int Truth, int Length, LanguageEvidence? Evidence, int Decided)
{
    // Of texts of known languages, how many may pass for unknown.
    private const double ShareTakenForUnknown = 0.002;

    /// <summary>The place of the language found, −1 for none.</summary>
    public int Found(LanguageCalibration calibration) =>
        Evidence is null ? Decided
        : Evidence.Words == 0 || Evidence.Margin < calibration.LeastMargin ? -1
        : Evidence.Candidates[Evidence.Best(calibration).Candidate];

    /// <summary>The calibration with the least log loss on measures, each language counting the same.</summary>
    public static LanguageCalibration Fit(IReadOnlyList<LanguageMeasure> measures)
    {
        var weighed = measures.Where(measure => measure.Evidence is { Words: > 0 } evidence && evidence.Candidates.Contains(measure.Truth))
            .GroupBy(measure => (measure.Truth, measure.Length)).SelectMany(group => group.Select(measure => (Evidence: measure.Evidence!, measure.Truth, Weight: 1.0 / group.Count()))).ToArray();
        if (weighed.Length == 0)
        {
            return LanguageProfiles.Default.Calibration;
        }

        var margins = weighed.Select(item => item.Evidence.Margin).Order().ToArray();
        var least = margins[(int)(ShareTakenForUnknown * margins.Length)];
        return (from sharpness in Enumerable.Range(0, 24).Select(i => 0.25 * Math.Pow(1.25, i))
                from power in Enumerable.Range(0, 11).Select(i => i / 10.0)
                let calibration = new LanguageCalibration(sharpness, power, least)
                let loss = weighed.AsParallel().Sum(item => -item.Weight * Math.Log(Math.Max(1e-7, item.Evidence.Probability(Array.IndexOf(item.Evidence.Candidates, item.Truth), calibration))))
                select (calibration, loss)).MinBy(pair => pair.loss).calibration;
    }

    /// <summary>How well a language is found in texts of a length; null without any.</summary>
    public static LanguageQuality? Quality(IReadOnlyList<LanguageMeasure> measures, int language, int length, LanguageCalibration calibration)
    {
        var shares = measures.Where(measure => measure.Length == length).GroupBy(measure => measure.Truth)
            .ToDictionary(group => group.Key, group => (Texts: group.Count(), Share: group.Average(measure => measure.Found(calibration) == language ? 1.0 : 0)));
        return shares.TryGetValue(language, out var own) ? new(own.Texts, own.Share, own.Share / shares.Values.Sum(other => other.Share)) : null;
    }
}
