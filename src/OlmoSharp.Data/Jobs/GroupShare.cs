using System.Runtime.ExceptionServices;
using System.Text.Json;
using OlmoSharp.Distributed;

namespace OlmoSharp.Data.Jobs;

/// <summary>Work that every process of a group does a share of, and whose results every process needs.</summary>
internal static class GroupShare
{
    /// <summary>Does this process's share and gives the results of all, in the order of ranks. A failure anywhere is a failure everywhere, so that nobody waits for the dead.</summary>
    /// <exception cref="PeerFailedException">Another process failed, the one that says so. On that process, the first of those that failed, its failure comes as it is.</exception>
    public static T[] Gather<T>(IProcessGroup group, Func<T> share)
    {
        ExceptionDispatchInfo? failure = null;
        T? mine = default;
        try
        {
            mine = share();
        }
        catch (Exception error)
        {
            failure = ExceptionDispatchInfo.Capture(error);
        }

        var shares = group.AllGather(JsonSerializer.SerializeToUtf8Bytes(new Outcome<T>(mine, failure?.SourceException.Message)))
            .Select(bytes => JsonSerializer.Deserialize<Outcome<T>>(bytes)!).ToArray();
        if (Array.FindIndex(shares, other => other.Failure is not null) is >= 0 and var rank)
        {
            if (rank == group.Rank)
            {
                failure!.Throw();
            }

            throw new PeerFailedException(rank, shares[rank].Failure!);
        }

        return [.. shares.Select(other => other.Result!)];
    }

    /// <summary>Maps the numbers from 0 on several threads of all processes; every process gets all results, in order.</summary>
    /// <exception cref="PeerFailedException">Another process failed; see <see cref="Gather"/>.</exception>
    public static IReadOnlyList<T> Map<T>(IProcessGroup group, int threads, int count, Func<int, T> map)
    {
        var shares = Gather(group, () =>
        {
            var mine = new T[(count - group.Rank + group.Size - 1) / group.Size];
            try
            {
                Parallel.For(0, mine.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => mine[i] = map(group.Rank + i * group.Size));
            }
            catch (AggregateException errors)
            {
                ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
            }

            return mine;
        });
        return [.. Enumerable.Range(0, count).Select(index => shares[index % group.Size][index / group.Size])];
    }

    private sealed record Outcome<T>(T? Result, string? Failure);
}
