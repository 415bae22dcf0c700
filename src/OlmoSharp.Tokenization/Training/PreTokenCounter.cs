using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace OlmoSharp.Tokenization;

/// <summary>Counts pre-tokens on several threads.</summary>
internal static class PreTokenCounter
{
    // Texts are handed over in batches of about this many UTF-16 units, so that handing over costs little.
    private const int BatchLength = 1 << 18;

    /// <summary>Counts the pre-tokens of all texts.</summary>
    public static PreTokenCounts Count(
        IEnumerable<string> texts, int threads, int mergesWanted, IProgress<BpeTrainingProgress>? progress, CancellationToken cancellationToken)
    {
        Dictionary<string, long> total = new(StringComparer.Ordinal);
        long textCount = 0;
        long characters = 0;

        // The loop body runs under no lock; what Parallel does with the enumerator, and what is done with the total, does.
        object gate = new();
        try
        {
            Parallel.ForEach(
                Partitioner.Create(Batches(texts), EnumerablePartitionerOptions.NoBuffering),
                new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken },
                () => new Dictionary<string, long>(StringComparer.Ordinal),
                (batch, _, counts) =>
                {
                    CountBatch(batch, counts);
                    lock (gate)
                    {
                        textCount += batch.Count;
                        characters += batch.Sum(text => (long)text.Length);
                        progress?.Report(new BpeTrainingProgress(textCount, characters, 0, mergesWanted));
                    }
                    return counts;
                },
                counts =>
                {
                    lock (gate)
                    {
                        foreach ((string preToken, long count) in counts)
                        {
                            CollectionsMarshal.GetValueRefOrAddDefault(total, preToken, out _) += count;
                        }
                    }
                });
        }
        catch (AggregateException exception)
        {
            // What went wrong in reading the texts is the caller's to see as it was thrown.
            ExceptionDispatchInfo.Throw(exception.Flatten().InnerExceptions[0]);
        }
        return new PreTokenCounts(total, textCount, characters);
    }

    private static IEnumerable<List<string>> Batches(IEnumerable<string> texts)
    {
        List<string> batch = [];
        long length = 0;
        foreach (string text in texts)
        {
            batch.Add(text);
            length += text.Length;
            if (length >= BatchLength)
            {
                yield return batch;
                batch = [];
                length = 0;
            }
        }
        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private static void CountBatch(List<string> batch, Dictionary<string, long> counts)
    {
        Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string text in batch)
        {
            for (int start = 0, end; start < text.Length; start = end)
            {
                end = PreTokenScanner.End(PreTokenPattern.Cl100k, text, start);
                CollectionsMarshal.GetValueRefOrAddDefault(lookup, text.AsSpan(start, end - start), out _)++;
            }
        }
    }
}
