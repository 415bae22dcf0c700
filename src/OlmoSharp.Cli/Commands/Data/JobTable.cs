using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary>What a job over shards did.</summary>
internal static class JobTable
{
    /// <summary>Lists shards and counts.</summary>
    /// <param name="result">What the job did.</param>
    /// <param name="more">Rows of the command's own.</param>
    public static ResultTable Of(JobResult result, params IEnumerable<(string Name, object Amount)> more)
    {
        var table = new ResultTable(new("count"), new("amount", IsNumber: true));
        table.Add("shards", result.Manifests.Count);
        table.Add("shards finished before", result.Skipped);
        foreach (var (name, amount) in result.Totals.Select(total => (total.Key, (object)total.Value)).Concat(more))
        {
            table.Add(name, amount);
        }

        return table;
    }
}
