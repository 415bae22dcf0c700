using System.Text.RegularExpressions;

namespace OlmoSharp.Evaluation.Metrics.Answers;

/// <summary>Exact match and F1 as SQuAD 1.1 defines them (Rajpurkar et al. 2016): lower case, no punctuation, no articles, spaces collapsed; F1 over the bag of words.</summary>
internal static partial class SquadMatch
{
    /// <summary>Scores an answer against the best of its references.</summary>
    /// <exception cref="EvaluationException">There are no references.</exception>
    public static AnswerScore Score(string prediction, IEnumerable<string> references) =>
        AnswerScore.BestOf(references.Select(reference => Score(prediction, reference)));

    /// <summary>Scores an answer against one reference.</summary>
    public static AnswerScore Score(string prediction, string reference)
    {
        var predicted = Normalize(prediction);
        var expected = Normalize(reference);
        return new AnswerScore(predicted == expected ? 1 : 0, F1(PythonText.Words(predicted), PythonText.Words(expected)));
    }

    /// <summary>The normal form of an answer.</summary>
    public static string Normalize(string text) =>
        string.Join(' ', PythonText.Words(RemoveArticles(PythonText.RemovePunctuation(text.ToLowerInvariant()))));

    /// <summary>The text with a space in place of each article.</summary>
    public static string RemoveArticles(string text) => Article.Replace(text, " ");

    // An answer of articles alone equals another such answer, yet its F1 is 0, as in the original.
    private static double F1(List<string> predicted, List<string> expected)
    {
        var counts = expected.CountBy(word => word, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var common = 0;
        foreach (var word in predicted)
        {
            if (counts.TryGetValue(word, out var left) && left > 0)
            {
                counts[word] = left - 1;
                common++;
            }
        }

        // 2PR/(P+R) with P = common/predicted and R = common/expected.
        return common == 0 ? 0 : 2.0 * common / (predicted.Count + expected.Count);
    }

    [GeneratedRegex($"(?<!{PythonText.WordClass})(a|an|the)(?!{PythonText.WordClass})", RegexOptions.CultureInvariant)]
    private static partial Regex Article { get; }
}
