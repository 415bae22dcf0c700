namespace OlmoSharp.Evaluation.Metrics.Answers;

/// <summary>Exact match and F1 as DROP defines them (Dua et al. 2019): answers of several spans are aligned one to one, and a span that has a number counts only with that number.</summary>
internal static class DropMatch
{
    /// <summary>Scores an answer against the best of the validated answers, each of which is a list of spans. Answers that are empty do not count.</summary>
    /// <param name="prediction">The spans of the answer; most models give one.</param>
    /// <param name="references">The validated answers.</param>
    /// <exception cref="EvaluationException">There are no references.</exception>
    public static AnswerScore ScoreBest(IReadOnlyList<string> prediction, IReadOnlyList<IReadOnlyList<string>> references)
    {
        if (references.Count == 0 || references.Any(reference => reference.Count == 0))
        {
            throw new EvaluationException("a question without reference answers cannot be scored: check the data");
        }

        var scores = references.Where(reference => PythonText.Strip(reference[0]).Length > 0).Select(reference => Score(prediction, reference));
        return AnswerScore.BestOf(scores.Prepend(default));
    }

    /// <summary>Scores an answer against one validated answer.</summary>
    public static AnswerScore Score(IReadOnlyList<string> prediction, IReadOnlyList<string> reference)
    {
        var predicted = prediction.Select(Normalize).ToList();
        var expected = reference.Select(Normalize).ToList();
        var exact = predicted.Count == expected.Count && predicted.ToHashSet(StringComparer.Ordinal).SetEquals(expected);
        var predictedBags = predicted.Select(Bag).ToList();
        var scores = expected.Select(Bag).Select(bag => predictedBags.Select(other => BagF1(other, bag)).ToArray()).ToArray();
        var f1 = BagAlignment.LargestTotal(scores) / Math.Max(predicted.Count, expected.Count);

        // To two places, halves to even, as the original rounds.
        return new AnswerScore(exact ? 1 : 0, Math.Round(f1 * 100, MidpointRounding.ToEven) / 100);
    }

    /// <summary>The normal form of a span: split at spaces and hyphens, lower case, no punctuation in what is no number, numbers as floats (<c>5</c> is <c>5.0</c>), no articles.</summary>
    public static string Normalize(string text) => string.Join(' ', text.Split(' ', '-').Select(NormalizeToken).Where(token => token.Length > 0));

    private static string NormalizeToken(string token)
    {
        token = token.ToLowerInvariant();
        token = PythonText.TryParseFloat(token, out _) ? token : PythonText.RemovePunctuation(token);
        token = PythonText.TryParseFloat(token, out var number) ? PythonText.FormatFloat(number) : token;
        return string.Join(' ', PythonText.Words(SquadMatch.RemoveArticles(token)));
    }

    private static HashSet<string> Bag(string span) => PythonText.Words(span).ToHashSet(StringComparer.Ordinal);

    private static double BagF1(HashSet<string> predicted, HashSet<string> expected)
    {
        var numbers = expected.Where(word => PythonText.TryParseFloat(word, out _)).ToList();
        if (numbers.Count > 0 && !numbers.Exists(predicted.Contains))
        {
            return 0;
        }

        var common = expected.Count(predicted.Contains);
        var precision = predicted.Count == 0 ? 1 : (double)common / predicted.Count;
        var recall = expected.Count == 0 ? 1 : (double)common / expected.Count;
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }
}
