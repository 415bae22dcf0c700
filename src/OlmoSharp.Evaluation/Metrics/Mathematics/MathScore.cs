namespace OlmoSharp.Evaluation.Metrics.Mathematics;

/// <summary>How a MATH problem was answered.</summary>
/// <param name="ExactMatch">1 if the answer in Minerva's sentence is equivalent to the gold answer.</param>
/// <param name="ExactMatchFlex">1 if that, the boxed answer, or else the last formula or the whole text is equivalent; the figure of the instruct models' cards.</param>
/// <param name="Answer">The first answer found, normalized.</param>
internal sealed record MathScore(double ExactMatch, double ExactMatchFlex, string Answer)
{
    /// <summary>Scores a generated solution.</summary>
    /// <param name="text">The generated text.</param>
    /// <param name="gold">The gold answer in <see cref="MinervaAnswer.Normalize"/>'s form.</param>
    public static MathScore Of(string text, string gold)
    {
        var answers = Answers(text);
        var minerva = MinervaAnswer.Normalize(MinervaAnswer.Extract(text));
        var exact = minerva != MinervaAnswer.Invalid && MathEquivalence.AreEqual(minerva, gold);
        return new MathScore(exact ? 1 : 0, exact || answers.Any(answer => AreSame(answer, gold)) ? 1 : 0, answers[0]);
    }

    /// <summary>The gold answer of a solution of the dataset: what it boxes, normalized.</summary>
    /// <exception cref="EvaluationException">The solution has no boxed answer.</exception>
    public static string Gold(string solution) => BoxedAnswer.Last(solution) is { } boxed
        ? MinervaAnswer.Normalize(boxed)
        : throw new EvaluationException($"the solution has no \\boxed answer: '{solution[..Math.Min(80, solution.Length)]}'");

    /// <summary>The answers that a text may mean, normalized: Minerva's sentence, then the box; if there is neither, the last formula between dollar signs; if there is none, the text. At least one.</summary>
    public static IReadOnlyList<string> Answers(string text)
    {
        var answers = new List<string>();
        if (MinervaAnswer.Normalize(MinervaAnswer.Extract(text)) is var minerva && minerva != MinervaAnswer.Invalid)
        {
            answers.Add(minerva);
        }

        if (BoxedAnswer.Last(text) is { } boxed)
        {
            answers.Add(MinervaAnswer.Normalize(boxed));
        }

        if (answers.Count == 0)
        {
            var parts = text.Split('$');
            answers.Add(MinervaAnswer.Normalize(parts.Length > 2 ? parts[^2] : text));
        }

        return answers;
    }

    /// <summary>Whether two normalized answers are the same for <c>exact_match_flex</c> and maj@k: equivalent, or of the same normal form of the MATH dataset.</summary>
    public static bool AreSame(string first, string second) => MathEquivalence.AreEqual(first, second) || HendrycksEquivalence.AreEqual(first, second);

    /// <summary>The values by OLMES's names.</summary>
    public IReadOnlyDictionary<string, double> Values() =>
        new Dictionary<string, double>(StringComparer.Ordinal) { ["exact_match"] = ExactMatch, ["exact_match_flex"] = ExactMatchFlex };
}
