namespace OlmoSharp.Evaluation.Metrics.Answers;

/// <summary>PopQA's rule (Mallen et al. 2023): an answer is right if it contains an alias of the gold answer, as written, in lower case or capitalized.</summary>
internal static class AliasMatch
{
    /// <summary>Whether the answer contains one of the aliases.</summary>
    /// <exception cref="EvaluationException">There are no aliases.</exception>
    public static bool Contains(string prediction, IReadOnlyCollection<string> aliases) =>
        aliases.Count == 0
            ? throw new EvaluationException("a question without aliases of its answer cannot be scored: check the data")
            : aliases.Any(alias =>
                prediction.Contains(alias, StringComparison.Ordinal) ||
                prediction.Contains(alias.ToLowerInvariant(), StringComparison.Ordinal) ||
                prediction.Contains(PythonText.Capitalize(alias), StringComparison.Ordinal));
}
