namespace OlmoSharp.Evaluation.Metrics.Answers;

/// <summary>The letter of a choice that a chain of thought ends with, found as OLMES finds it in the Tülu 3 forms of MMLU and MMLU-Pro.</summary>
internal static class AnswerLetter
{
    // What is looked for in turn, and whether the last match counts or the first.
    private static readonly (string Pattern, bool TakesLast)[] OfFour =
    [
        (@"Therefore, the answer is \(([A-D])\)", true),
        (@"(?i)therefore,?\s*the\s*answer\s*is:?\s*\(?([A-D])\b", false),
        (@"(?i)answer\s*is:?\s*\(?([A-D])\b", false),
        (@"(?i)([A-D])\)?\s+is\s+correct", false),
        (@"\(([A-D])\)", false),
        (@".*\b([A-D])\b", false),
    ];

    private static readonly (string Pattern, bool TakesLast)[] OfTen =
    [
        (@"Therefore, the answer is \(([A-J])\)", true),
        (@"(?i)answer is:?\s*\(?([A-J])\)?", false),
        (@".*[aA]nswer:\s*([A-J])", false),
        (@".*\b([A-J])\b", true),
    ];

    /// <summary>The letter in upper case, or an empty text.</summary>
    /// <param name="response">The chain of thought.</param>
    /// <param name="choices">How many choices there can be: four as in MMLU, or up to ten as in MMLU-Pro.</param>
    public static string Extract(string response, int choices)
    {
        foreach (var (pattern, takesLast) in choices <= 4 ? OfFour : OfTen)
        {
            var matches = AnswerPattern.Parse(pattern).Matches(response);
            if (matches.Count > 0)
            {
                return matches[takesLast ? matches.Count - 1 : 0].Groups[1].Value.ToUpperInvariant();
            }
        }

        return "";
    }
}
