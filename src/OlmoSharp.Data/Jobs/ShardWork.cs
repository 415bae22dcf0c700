namespace OlmoSharp.Data.Jobs;

/// <summary>What the code that does a task is given: its files, and where to count.</summary>
public sealed class ShardWork : IDisposable
{
    private readonly OutputFile?[] _outputs;
    private readonly Action<long> _advance;

    internal ShardWork(ShardTask task, Action<long> advance, CancellationToken cancellation)
    {
        Task = task;
        _outputs = new OutputFile?[task.Outputs.Count];
        _advance = advance;
        Cancellation = cancellation;
    }

    /// <summary>The task.</summary>
    public ShardTask Task { get; }

    /// <summary>Asks the work to stop.</summary>
    public CancellationToken Cancellation { get; }

    internal SortedDictionary<string, long> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Where to write an output: uncompressed, the extension of its path says how it will be compressed. All of the task's outputs get their names
    /// together when the work returns; an output that was never asked for becomes an empty file.
    /// </summary>
    /// <param name="output">Its place in <see cref="ShardTask.Outputs"/>.</param>
    /// <exception cref="DataException">The file cannot be made.</exception>
    public Stream Output(int output) => (_outputs[output] ??= new OutputFile(Task.Outputs[output])).Stream;

    /// <summary>Adds to a count of the task's manifest and the job's summary.</summary>
    /// <param name="name">Such as <c>documents</c>.</param>
    /// <param name="amount">How many more; zero makes the count appear.</param>
    public void Count(string name, long amount = 1) => Counts[name] = Counts.GetValueOrDefault(name) + amount;

    /// <summary>Reports progress, and stops if that was asked for.</summary>
    /// <param name="documents">Documents done since the last report.</param>
    /// <exception cref="OperationCanceledException">The work should stop.</exception>
    public void Advance(long documents)
    {
        Cancellation.ThrowIfCancellationRequested();
        _advance(documents);
    }

    internal IReadOnlyList<FileRecord> Complete(bool flushToDisk)
    {
        for (var i = 0; i < _outputs.Length; i++)
        {
            Output(i);
        }

        return [.. _outputs.Select(output => output!.Complete(flushToDisk))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var output in _outputs)
        {
            output?.Dispose();
        }
    }
}
