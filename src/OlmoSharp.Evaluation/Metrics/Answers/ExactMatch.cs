using System.Text.RegularExpressions;

namespace OlmoSharp.Evaluation.Metrics.Answers;

/// <summary>Exact match with the options of Hugging Face's <c>exact_match</c>, applied to prediction and reference in this order: expressions to ignore, case, punctuation, digits.</summary>
internal sealed class ExactMatch
{
    private readonly Regex[] _ignored;

    /// <summary>Makes the metric.</summary>
    /// <param name="regexesToIgnore">Regular expressions whose matches are removed, one after the other.</param>
    /// <exception cref="EvaluationException">An expression is not valid.</exception>
    public ExactMatch(IReadOnlyList<string>? regexesToIgnore = null) =>
        _ignored = [.. (regexesToIgnore ?? []).Select(AnswerPattern.Parse)];

    /// <summary>The metric of GSM8K: commas, dollar signs, everything to <c>#### </c> and a last full stop are ignored, and case.</summary>
    public static ExactMatch GradeSchoolMath { get; } = new([",", @"\$", "(?s).*#### ", @"\.$"]) { IgnoreCase = true };

    /// <summary>Whether upper and lower case are the same.</summary>
    public bool IgnoreCase { get; init; }

    /// <summary>Whether ASCII punctuation is left out.</summary>
    public bool IgnorePunctuation { get; init; }

    /// <summary>Whether ASCII digits are left out.</summary>
    public bool IgnoreNumbers { get; init; }

    /// <summary>Whether a prediction equals a reference.</summary>
    public bool Matches(string prediction, string reference) => Normalize(prediction) == Normalize(reference);

    /// <summary>Whether a prediction equals one of the references.</summary>
    public bool MatchesAny(string prediction, IEnumerable<string> references)
    {
        var normalized = Normalize(prediction);
        return references.Any(reference => Normalize(reference) == normalized);
    }

    private string Normalize(string text)
    {
        foreach (var pattern in _ignored)
        {
            text = pattern.Replace(text, "");
        }

        text = IgnoreCase ? text.ToLowerInvariant() : text;
        text = IgnorePunctuation ? PythonText.RemovePunctuation(text) : text;
        return IgnoreNumbers ? PythonText.RemoveDigits(text) : text;
    }
}
