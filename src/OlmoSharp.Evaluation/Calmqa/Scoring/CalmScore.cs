namespace OlmoSharp.Evaluation.Calmqa.Scoring;

/// <summary>The CaLMScore of some answers of a model: the percentage that is in the right language and not repetitive.</summary>
public sealed record CalmScore
{
    /// <summary>What the answers have in common: a file, a language, a category or a kind of question; null for all.</summary>
    public required string? Group { get; init; }

    /// <summary>Who answered.</summary>
    public required string Model { get; init; }

    /// <summary>Answers.</summary>
    public required int Answers { get; init; }

    /// <summary>Questions of the files that this model answers elsewhere but not here; they are not among the answers.</summary>
    public required int Missing { get; init; }

    /// <summary>Answers that are empty or only say why there is none; they count, and fail.</summary>
    public required int Withheld { get; init; }

    /// <summary>Answers that repeat themselves.</summary>
    public required int Repetitive { get; init; }

    /// <summary>Answers in the right language.</summary>
    public required int RightLanguage { get; init; }

    /// <summary>Answers whose language cannot be checked, since there is no profile of it.</summary>
    public required int Unchecked { get; init; }

    /// <summary>Answers in the right language that do not repeat themselves.</summary>
    public required int Both { get; init; }

    /// <summary>The score in percent; null where the language of an answer cannot be checked, or there is no answer.</summary>
    public double? Score => Answers == 0 || Unchecked > 0 ? null : 100.0 * Both / Answers;

    /// <summary>Its standard error in percent, of a binomial share.</summary>
    public double? StandardError => Score is { } score ? Math.Sqrt(score * (100 - score) / Answers) : null;

    /// <summary>Scores groups of answers, each model by itself.</summary>
    /// <param name="checks">What was found.</param>
    /// <param name="missing">What is missing.</param>
    /// <param name="group">The group of an answer.</param>
    /// <returns>In the order of groups and models by name.</returns>
    public static IReadOnlyList<CalmScore> Of(IReadOnlyList<AnswerCheck> checks, IReadOnlyList<AnswerPlace> missing, Func<AnswerPlace, string?> group)
    {
        var gaps = missing.ToLookup(place => (group(place), place.Model));
        var found = checks.ToLookup(check => (Group: group(check.Place), check.Place.Model));
        return
        [
            .. found.Select(answers => answers.Key).Union(gaps.Select(gap => gap.Key)).OrderBy(key => key.Item1, StringComparer.Ordinal).ThenBy(key => key.Model, StringComparer.Ordinal)
                .Select(key => Of(key.Item1, key.Model, [.. found[key]], gaps[key].Count())),
        ];
    }

    private static CalmScore Of(string? group, string model, IReadOnlyList<AnswerCheck> answers, int missing) => new()
    {
        Group = group,
        Model = model,
        Answers = answers.Count,
        Missing = missing,
        Withheld = answers.Count(answer => answer.IsWithheld),
        Repetitive = answers.Count(answer => answer.IsRepetitive),
        RightLanguage = answers.Count(answer => answer.IsRightLanguage == true),
        Unchecked = answers.Count(answer => answer.IsRightLanguage is null),
        Both = answers.Count(answer => answer.Passes == true),
    };
}
