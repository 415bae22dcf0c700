namespace OlmoSharp.Evaluation.Calmqa.Languages;

/// <summary>What the words of a text say about the languages it may be in.</summary>
/// <param name="candidates">The places of those languages among all.</param>
internal sealed class LanguageEvidence(int[] candidates)
{
    // One word in twenty may be a name or a quote from anywhere: it must not decide.
    private const double Foreign = 0.05;

    private readonly double[] _logs = new double[candidates.Length];
    private double _mixture;

    /// <summary>The places of the languages among all.</summary>
    public int[] Candidates => candidates;

    /// <summary>Words looked at.</summary>
    public int Words { get; private set; }

    /// <summary>Characters looked at.</summary>
    public int Characters { get; private set; }

    /// <summary>How far, in nats a word, the best language is above the mean of all, taken anew for each word: what belongs to no language is like one here and another there.</summary>
    public double Margin => (_logs.Max() - _mixture) / Words;

    /// <summary>Whether the text is too little like its best language to be of it: the margin is far below what that language's own texts have, more so for a short text, whose margin says less.</summary>
    /// <param name="best">The best language.</param>
    public bool IsForeignTo(LanguageProfile best)
    {
        // Answers are of other matters than the texts that profiles are made of, and half the margin is what is left at worst.
        const double share = 0.5, slack = 0.9, noise = 3;
        return Margin < share * best.Margin - slack - noise / Math.Sqrt(Words);
    }

    /// <summary>Takes a word into account.</summary>
    /// <param name="logs">Its log-probabilities in all languages.</param>
    /// <param name="characters">Its characters.</param>
    /// <param name="times">How often it occurs.</param>
    public void Add(ReadOnlySpan<double> logs, int characters, int times)
    {
        var highest = double.NegativeInfinity;
        foreach (var candidate in candidates)
        {
            highest = Math.Max(highest, logs[candidate]);
        }

        var sum = 0.0;
        foreach (var candidate in candidates)
        {
            sum += Math.Exp(logs[candidate] - highest);
        }

        var mean = sum / candidates.Length;
        for (var i = 0; i < candidates.Length; i++)
        {
            _logs[i] += times * (highest + Math.Log((1 - Foreign) * Math.Exp(logs[candidates[i]] - highest) + Foreign * mean));
        }

        _mixture += times * (highest + Math.Log(mean));
        Words += times;
        Characters += times * characters;
    }

    /// <summary>The place of the best candidate, and how probable it is.</summary>
    /// <param name="calibration">How to read the evidence.</param>
    public (int Candidate, double Probability) Best(LanguageCalibration calibration)
    {
        var best = Array.IndexOf(_logs, _logs.Max());
        return (best, Probability(best, calibration));
    }

    /// <summary>How probable a candidate is.</summary>
    public double Probability(int candidate, LanguageCalibration calibration)
    {
        var factor = calibration.Sharpness * Math.Pow(Characters, calibration.LengthPower) / Characters;
        return 1 / _logs.Sum(log => Math.Exp(Math.Min(700, factor * (log - _logs[candidate]))));
    }
}
