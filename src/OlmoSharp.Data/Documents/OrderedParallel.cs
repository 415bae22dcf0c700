namespace OlmoSharp.Data.Documents;

/// <summary>A parallel map whose results come in the order of the input and whose memory is bounded by a window of running items.</summary>
internal static class OrderedParallel
{
    /// <summary>Maps items on several threads. An item's exception is thrown, unwrapped, when its turn comes.</summary>
    public static IEnumerable<TResult> Select<T, TResult>(
        IEnumerable<T> items,
        Func<T, TResult> map,
        CancellationToken cancellationToken = default)
    {
        var window = 4 * Environment.ProcessorCount;
        var running = new Queue<Task<TResult>>();
        foreach (var item in items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            running.Enqueue(Task.Run(() => map(item), cancellationToken));
            if (running.Count >= window)
            {
                yield return running.Dequeue().GetAwaiter().GetResult();
            }
        }

        while (running.TryDequeue(out var next))
        {
            yield return next.GetAwaiter().GetResult();
        }
    }
}
