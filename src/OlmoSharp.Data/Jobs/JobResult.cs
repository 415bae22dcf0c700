namespace OlmoSharp.Data.Jobs;

/// <summary>What a job did, the same on every process of its group.</summary>
/// <param name="Manifests">The manifest of each task, in the order of the tasks.</param>
/// <param name="Skipped">How many tasks were finished before.</param>
public sealed record JobResult(IReadOnlyList<TaskManifest> Manifests, int Skipped)
{
    /// <summary>The counts of all tasks together, finished before or now.</summary>
    public SortedDictionary<string, long> Totals { get; } = Sum(Manifests);

    private static SortedDictionary<string, long> Sum(IReadOnlyList<TaskManifest> manifests)
    {
        var totals = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, count) in manifests.SelectMany(manifest => manifest.Counts))
        {
            totals[name] = totals.GetValueOrDefault(name) + count;
        }

        return totals;
    }
}
