namespace OlmoSharp.Evaluation.Calmqa.Languages;

/// <summary>
/// The second check behind CaLMScore: what language a text is in. The writing system decides first (Korean, Japanese and Chinese are known by it alone); among the languages of one writing system
/// n-grams of characters decide. A text that resembles no known language is of an unknown one. Safe to use from several threads.
/// </summary>
public sealed class LanguageIdentifier
{
    // More of a text changes nothing, and a runaway answer shall not cost seconds.
    private const int MostCharacters = 20_000;

    private readonly LanguageProfiles _profiles;
    private readonly NGramScorer _scorer;
    private readonly ILookup<WritingSystem, int> _bySystem;

    /// <summary>Prepares profiles.</summary>
    /// <param name="profiles">The languages to tell apart.</param>
    public LanguageIdentifier(LanguageProfiles profiles)
    {
        _profiles = profiles;
        _scorer = new(profiles.Languages.Count, profiles.Entries);
        _bySystem = Enumerable.Range(0, profiles.Languages.Count).ToLookup(place => profiles.Languages[place].System);
    }

    /// <summary>Languages that are known by their writing system.</summary>
    internal static IReadOnlyDictionary<WritingSystem, (string Code, string Name)> ByWritingSystem { get; } = new Dictionary<WritingSystem, (string, string)>
    {
        [WritingSystem.Han] = ("zho", "Chinese"),
        [WritingSystem.Kana] = ("jpn", "Japanese"),
        [WritingSystem.Hangul] = ("kor", "Korean"),
    };

    /// <summary>Whether a language can be found.</summary>
    /// <param name="code">Its ISO 639-3 code.</param>
    public bool Knows(string code) => ByWritingSystem.Values.Any(language => language.Code == code) || _profiles.Languages.Any(language => language.Code == code);

    /// <summary>Finds the language of a text.</summary>
    /// <param name="text">The text.</param>
    public LanguageGuess Identify(string text)
    {
        var words = new TextWords(text.Length > MostCharacters ? text[..MostCharacters] : text);
        var (system, share) = words.Dominant();
        if (ByWritingSystem.TryGetValue(system, out var known))
        {
            return new(known.Code, known.Name, share, system);
        }

        var evidence = Weigh(words, system);
        if (evidence.Words == 0)
        {
            return new(LanguageGuess.Unknown, words.LetterCount == 0 ? "no letters" : "other letters", share, system);
        }

        var (best, probability) = evidence.Best(_profiles.Calibration);
        var language = _profiles.Languages[evidence.Candidates[best]];
        return evidence.IsForeignTo(language)
            ? new(LanguageGuess.Unknown, "unknown language", share * (1 - probability), system, language.Name)
            : new(language.Code, language.Name, share * probability, system);
    }

    /// <summary>Looks at a text of known language.</summary>
    /// <param name="truth">The place of its language.</param>
    /// <param name="length">About how many characters it has.</param>
    /// <param name="text">The text.</param>
    internal LanguageMeasure Measure(int truth, int length, string text)
    {
        var words = new TextWords(text);
        var (system, _) = words.Dominant();
        return ByWritingSystem.TryGetValue(system, out var known)
            ? new(truth, length, null, _profiles.Languages.ToList().FindIndex(language => language.Code == known.Code))
            : new(truth, length, Weigh(words, system), -1);
    }

    /// <summary>What the words of a writing system say about its languages.</summary>
    internal LanguageEvidence Weigh(TextWords words, WritingSystem system)
    {
        int[] candidates = [.. _bySystem[system]];
        var evidence = new LanguageEvidence(candidates);
        if (candidates.Length == 0)
        {
            return evidence;
        }

        Span<double> logs = stackalloc double[_profiles.Languages.Count];
        foreach (var (word, times) in words.Counts)
        {
            if (TextWords.SystemOf(word) == system)
            {
                evidence.Add(logs, _scorer.Score(word, logs), times);
            }
        }

        return evidence;
    }
}
