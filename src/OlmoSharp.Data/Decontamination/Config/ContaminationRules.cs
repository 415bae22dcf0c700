using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Data.Decontamination.Config;

/// <summary>
/// What counts as contamination. An item's question is in a text if the n-grams of its words that occur in one place of the text weigh enough; and where the item has an answer,
/// that has to stand nearby. The defaults follow decon, the tool of the later OLMo family.
/// </summary>
public sealed record ContaminationRules : IValidatableObject
{
    /// <summary>Words of an n-gram.</summary>
    [Range(2, 64)]
    public int NgramLength { get; init; } = 5;

    /// <summary>N-grams in a row that may be none of the item's before a place of the text ends. One changed word takes <see cref="NgramLength"/>.</summary>
    [Range(0, 10_000)]
    public int MaxConsecutiveMisses { get; init; } = 11;

    /// <summary>The share of a long question's n-grams, by weight, that has to be in the text; 0: any one.</summary>
    [Range(0.0, 1.0)]
    public double QuestionThreshold { get; init; } = 0.8;

    /// <summary>Questions of this many words or fewer have to be there whole.</summary>
    [Range(0, 1_000_000)]
    public int PerfectMatchWords { get; init; } = 20;

    /// <summary>From this many words on <see cref="QuestionThreshold"/> is enough; between the two the threshold falls evenly.</summary>
    [Range(0, 1_000_000)]
    public int ThresholdWords { get; init; } = 50;

    /// <summary>
    /// Whether an n-gram weighs ln(1 + N / n), where n of a set's N different questions have it, so that what all questions have in common counts little; else all weigh the same.
    /// </summary>
    public bool Idf { get; init; } = true;

    /// <summary>Whether the answer has to be near the question, where an item has one.</summary>
    public bool RequireAnswer { get; init; } = true;

    /// <summary>The share of an answer's n-grams that has to be near the question; an answer of fewer words than an n-gram has to be there whole.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double AnswerThreshold { get; init; } = 0.8;

    /// <summary>How many words before and after the question the answer is looked for, at least; for longer answers twice their own words.</summary>
    [Range(1, 1_000_000)]
    public int MinAnswerDistance { get; init; } = 20;

    /// <summary>Questions with fewer words are not looked for, but counted.</summary>
    [Range(1, 1_000_000)]
    public int MinWords { get; init; } = 8;

    /// <summary>Questions with fewer different words are not looked for, but counted.</summary>
    [Range(1, 1_000_000)]
    public int MinUniqueWords { get; init; } = 4;

    /// <summary>The share that a question's n-grams need.</summary>
    /// <param name="words">Words of the question.</param>
    public double ThresholdFor(int words) =>
        words >= ThresholdWords ? QuestionThreshold
        : words <= PerfectMatchWords ? 1
        : 1 - (1 - QuestionThreshold) * (words - PerfectMatchWords) / (ThresholdWords - PerfectMatchWords);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ThresholdWords < PerfectMatchWords)
        {
            yield return new($"must be at least perfect_match_words ({PerfectMatchWords})", [nameof(ThresholdWords)]);
        }

        if (MinWords < NgramLength)
        {
            yield return new($"must be at least ngram_length ({NgramLength}): a shorter question has no n-gram", [nameof(MinWords)]);
        }
    }
}
