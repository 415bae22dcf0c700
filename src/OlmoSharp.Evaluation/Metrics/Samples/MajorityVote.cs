namespace OlmoSharp.Evaluation.Metrics.Samples;

/// <summary>maj@k: the answer that most of k samples give (self-consistency, Wang et al. 2022).</summary>
internal static class MajorityVote
{
    /// <summary>The answer with the most votes; of equals, the one given first.</summary>
    /// <param name="answers">The extracted answers in the order of the samples.</param>
    /// <param name="k">How many of them vote.</param>
    /// <param name="same">Whether two answers are the same; equality if null. An answer joins the first group whose first answer it is the same as.</param>
    /// <exception cref="EvaluationException">There are fewer answers than k.</exception>
    public static T Winner<T>(IReadOnlyList<T> answers, int k, Func<T, T, bool>? same = null)
    {
        if (k < 1 || answers.Count < k)
        {
            throw new EvaluationException($"maj@{k} cannot be had from {answers.Count} samples: take at least {k} samples");
        }

        same ??= EqualityComparer<T>.Default.Equals;
        var groups = new List<(T Answer, int Votes)>();
        foreach (var answer in answers.Take(k))
        {
            var index = groups.FindIndex(group => same(group.Answer, answer));
            if (index < 0)
            {
                groups.Add((answer, 1));
            }
            else
            {
                groups[index] = (groups[index].Answer, groups[index].Votes + 1);
            }
        }

        return groups.MaxBy(group => group.Votes).Answer;
    }
}
