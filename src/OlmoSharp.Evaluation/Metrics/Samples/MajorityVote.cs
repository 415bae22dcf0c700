namespace OlmoSharp.Evaluation.Metrics.Samples;

/// <summary>maj@k: the answer that most of k samples give (self-consistency, Wang et al. 2022).</summary>
internal static class MajorityVote
{
    /// <summary>
    /// How often the majority of k samples is right, for every k: the mean over all choices of k of the n samples and all orders in which they may come, since the first given of equals wins.
    /// For k = 1 it is the share of right samples, for k = n the winner itself, or the right share of those that are equal.
    /// </summary>
    /// <param name="groups">The different answers, each with its votes among the n samples and how right it is, from 0 to 1.</param>
    /// <param name="most">The greatest k.</param>
    /// <returns>The estimates of k = 1, 2, …</returns>
    /// <remarks>
    /// Counted, not drawn: for each right answer and each number m of its votes, the ways in which the others have at most m, by how many have m too. In a random order each of these is equally
    /// often the first.
    /// </remarks>
    public static double[] Estimate(IReadOnlyList<(int Votes, double Value)> groups, int most)
    {
        var samples = groups.Sum(group => group.Votes);
        if (most < 1 || most > samples)
        {
            throw TooFew(most, samples);
        }

        var estimates = new double[most];
        foreach (var (right, (votes, value)) in groups.Index().Where(group => group.Item.Value > 0))
        {
            for (var m = 1; m <= Math.Min(votes, most); m++)
            {
                var ways = WaysOfOthers(groups, right, m, most - m);
                for (var others = 0; others <= most - m; others++)
                {
                    var share = 0.0;
                    for (var ties = 0; ties < ways.GetLength(1); ties++)
                    {
                        share += ways[others, ties] / (ties + 1);
                    }

                    estimates[others + m - 1] += value * Choose(votes, m) * share;
                }
            }
        }

        for (var k = 1; k <= most; k++)
        {
            estimates[k - 1] /= Choose(samples, k);
        }

        return estimates;
    }

    /// <summary>The answers put into groups of the same, in the order of their first.</summary>
    /// <param name="answers">The extracted answers in the order of the samples.</param>
    /// <param name="same">Whether two answers are the same. An answer joins the first group whose first answer it is the same as.</param>
    /// <returns>The places of each group's samples.</returns>
    public static IReadOnlyList<IReadOnlyList<int>> Group<T>(IReadOnlyList<T> answers, Func<T, T, bool> same)
    {
        var groups = new List<List<int>>();
        for (var i = 0; i < answers.Count; i++)
        {
            if (groups.Find(group => same(answers[group[0]], answers[i])) is { } known)
            {
                known.Add(i);
            }
            else
            {
                groups.Add([i]);
            }
        }

        return groups;
    }

    /// <summary>In how many ways the groups but one give some number of samples, none more than a limit, by how many groups give just that limit.</summary>
    private static double[,] WaysOfOthers(IReadOnlyList<(int Votes, double Value)> groups, int without, int limit, int most)
    {
        var ways = new double[most + 1, (most / limit) + 1];
        ways[0, 0] = 1;
        foreach (var (_, (votes, _)) in groups.Index().Where(group => group.Index != without))
        {
            // From the end, so that what is read is still that of the groups before.
            for (var taken = most; taken >= 0; taken--)
            {
                for (var ties = ways.GetLength(1) - 1; ties >= 0; ties--)
                {
                    var sum = 0.0;
                    for (var own = 0; own <= Math.Min(Math.Min(votes, limit), taken); own++)
                    {
                        var before = own == limit ? ties - 1 : ties;
                        sum += before >= 0 ? Choose(votes, own) * ways[taken - own, before] : 0;
                    }

                    ways[taken, ties] = sum;
                }
            }
        }

        return ways;
    }

    private static double Choose(int n, int k)
    {
        var ways = 1.0;
        for (var i = 1; i <= k; i++)
        {
            ways = ways * (n - k + i) / i;
        }

        return ways;
    }

    private static EvaluationException TooFew(int k, int samples) => new($"maj@{k} cannot be had from {samples} samples: take at least {Math.Max(k, 1)} samples");
}
