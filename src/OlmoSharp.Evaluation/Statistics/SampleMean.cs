namespace OlmoSharp.Evaluation.Statistics;

/// <summary>A mean and how uncertain it is, the instances being a sample of all that could have been asked.</summary>
/// <param name="Count">The number of instances.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="StandardError">The sample standard deviation (divisor n − 1) by √n; null for one instance.</param>
internal sealed record SampleMean(int Count, double Mean, double? StandardError)
{
    /// <summary>The mean of values.</summary>
    /// <exception cref="EvaluationException">There are no values, or one is not finite.</exception>
    public static SampleMean Of(IReadOnlyList<double> values)
    {
        var mean = Average(values);
        var squares = values.Sum(value => (value - mean) * (value - mean));
        return new SampleMean(values.Count, mean, values.Count == 1 ? null : Math.Sqrt(squares / (values.Count - 1) / values.Count));
    }

    /// <summary>
    /// The mean of values that come in clusters, such as questions about one passage, with the cluster-robust standard error √Σ_c (Σ_{i∈c} (x_i − x̄))² / n
    /// (Miller 2024, "Adding error bars to evals", section 2.2). It equals that of independent values, up to the factor √(n/(n−1)), if each cluster has one value.
    /// </summary>
    /// <param name="values">The values.</param>
    /// <param name="clusters">For each value the name of its cluster.</param>
    /// <exception cref="EvaluationException">There are no values, one is not finite, or the lists do not fit.</exception>
    public static SampleMean OfClusters(IReadOnlyList<double> values, IReadOnlyList<string> clusters)
    {
        if (values.Count != clusters.Count)
        {
            throw new EvaluationException($"{values.Count} values need {values.Count} clusters, not {clusters.Count}");
        }

        var mean = Average(values);
        var sums = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var i = 0; i < values.Count; i++)
        {
            sums[clusters[i]] = sums.GetValueOrDefault(clusters[i]) + values[i] - mean;
        }

        return new SampleMean(values.Count, mean, sums.Count == 1 ? null : Math.Sqrt(sums.Values.Sum(sum => sum * sum)) / values.Count);
    }

    /// <summary>The mean of task means, each weighing the same; its standard error is √Σ SE²/k, the tasks being fixed and their instances independent.</summary>
    /// <exception cref="EvaluationException">There are no tasks.</exception>
    public static SampleMean Macro(IReadOnlyCollection<SampleMean> tasks)
    {
        if (tasks.Count == 0)
        {
            throw new EvaluationException("an average needs at least one task");
        }

        var variance = tasks.Sum(task => task.StandardError * task.StandardError ?? double.NaN);
        return new SampleMean(
            tasks.Sum(task => task.Count),
            tasks.Average(task => task.Mean),
            double.IsNaN(variance) ? null : Math.Sqrt(variance) / tasks.Count);
    }

    /// <summary>The mean of all instances of the tasks; its standard error is that of the instances within their tasks, √Σ (n SE)²/Σ n, the numbers of instances being fixed.</summary>
    /// <exception cref="EvaluationException">There are no tasks.</exception>
    public static SampleMean Micro(IReadOnlyCollection<SampleMean> tasks)
    {
        if (tasks.Count == 0)
        {
            throw new EvaluationException("an average needs at least one task");
        }

        var count = tasks.Sum(task => task.Count);
        var variance = tasks.Sum(task => task.Count * task.StandardError * (task.Count * task.StandardError) ?? double.NaN);
        return new SampleMean(
            count, tasks.Sum(task => task.Count * task.Mean) / count, double.IsNaN(variance) ? null : Math.Sqrt(variance) / count);
    }

    /// <summary>The interval that covers the true mean with the given probability, by Student's t; null for one instance.</summary>
    /// <param name="level">The probability, such as 0.95.</param>
    public Interval? ConfidenceInterval(double level = 0.95) =>
        StandardError is { } error ? Interval.Around(Mean, error * StudentT.TwoSidedQuantile(level, Count - 1)) : null;

    internal static double Average(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
        {
            throw new EvaluationException("there is nothing to average: no instance was scored");
        }

        for (var i = 0; i < values.Count; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                throw new EvaluationException($"the score of instance {i} is {values[i]}, which cannot be averaged");
            }
        }

        return values.Sum() / values.Count;
    }
}
