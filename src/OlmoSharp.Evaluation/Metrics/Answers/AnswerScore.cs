namespace OlmoSharp.Evaluation.Metrics.Answers;

/// <summary>Exact match and F1 of a free answer, both from 0 to 1.</summary>
/// <param name="ExactMatch">1 if the normalized answer equals a reference, else 0.</param>
/// <param name="F1">The harmonic mean of precision and recall of its words.</param>
internal readonly record struct AnswerScore(double ExactMatch, double F1)
{
    /// <summary>The best of each over several references.</summary>
    /// <exception cref="EvaluationException">There are no references.</exception>
    public static AnswerScore BestOf(IEnumerable<AnswerScore> scores)
    {
        var best = new AnswerScore(double.NegativeInfinity, double.NegativeInfinity);
        foreach (var score in scores)
        {
            best = new AnswerScore(Math.Max(best.ExactMatch, score.ExactMatch), Math.Max(best.F1, score.F1));
        }

        return double.IsInfinity(best.F1) ? throw new EvaluationException("a question without reference answers cannot be scored: check the data") : best;
    }

    /// <summary>The values by OLMES's names.</summary>
    public IReadOnlyDictionary<string, double> Values() =>
        new Dictionary<string, double>(StringComparer.Ordinal) { ["exact_match"] = ExactMatch, ["f1"] = F1 };
}
