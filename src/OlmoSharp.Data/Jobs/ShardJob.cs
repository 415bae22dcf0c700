using System.IO.Hashing;
using System.Text;
using OlmoSharp.Distributed;

namespace OlmoSharp.Data.Jobs;

/// <summary>
/// Runs a job shard by shard on any number of threads and processes. A task whose manifest, inputs and outputs are as they were is skipped,
/// so a job that was killed goes on where it stopped; outputs depend on inputs and settings alone, never on how the tasks were divided.
/// </summary>
/// <param name="name">The job's name, such as <c>tag</c>.</param>
/// <param name="settings">Everything but the inputs that decides the outputs, as text: what changes it makes the shards again.</param>
public sealed class ShardJob(string name, string settings)
{
    private readonly string _settings = Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(settings)));

    /// <summary>Threads of this process.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The processes among which the tasks are divided.</summary>
    public IProcessGroup Group { get; init; } = SingleProcess.Instance;

    /// <summary>Runs every task, finished before or not.</summary>
    public bool Again { get; init; }

    /// <summary>Whether the outputs are only for a later job of the same run: they are not forced to the disk, because that job's check of their hashes is enough.</summary>
    public bool IsIntermediate { get; init; }

    /// <summary>Runs the tasks.</summary>
    /// <param name="tasks">The tasks, the same on every process; no two write the same file.</param>
    /// <param name="work">Does one task. Called on several threads at once.</param>
    /// <param name="progress">Called with the documents this process has done so far.</param>
    /// <param name="cancellation">Stops between documents; tasks under way leave nothing.</param>
    /// <exception cref="DataException">A task failed; tasks finished before stay finished.</exception>
    /// <exception cref="PeerFailedException">A task of another process failed.</exception>
    public JobResult Run(
        IReadOnlyList<ShardTask> tasks, Action<ShardWork> work, Action<long>? progress = null, CancellationToken cancellation = default)
    {
        CheckOutputs(tasks);
        var mine = Enumerable.Range(0, tasks.Count).Where(index => index % Group.Size == Group.Rank).ToArray();
        var manifests = new TaskManifest?[tasks.Count];
        var failures = new Exception?[tasks.Count];
        var skipped = 0;
        long done = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Parallel.ForEach(mine, new ParallelOptions { MaxDegreeOfParallelism = Threads }, (index, loop) =>
        {
            try
            {
                stop.Token.ThrowIfCancellationRequested();
                (manifests[index], var wasFinished) = RunTask(tasks[index], work, Advance, stop.Token);
                Interlocked.Add(ref skipped, wasFinished ? 1 : 0);
            }
            catch (Exception error)
            {
                failures[index] = error;
                stop.Cancel();
                loop.Stop();
            }
        });

        var failure = failures.FirstOrDefault(error => error is not null and not OperationCanceledException) ?? failures.FirstOrDefault(error => error is not null);
        return Gather([.. mine.Select(index => manifests[index])], skipped, failure, tasks.Count);

        void Advance(long documents) => progress?.Invoke(Interlocked.Add(ref done, documents));
    }

    /// <summary>Which tasks are finished, so that <see cref="Run"/> would skip them; the same on every process.</summary>
    /// <param name="tasks">The tasks, the same on every process.</param>
    /// <exception cref="DataException">A file cannot be read.</exception>
    public IReadOnlyList<bool> Finished(IReadOnlyList<ShardTask> tasks) => GroupShare.Map(
        Group, Threads, tasks.Count, index => !Again && FinishedManifest(tasks[index], [.. tasks[index].Inputs.Select(FileRecord.Of)]) is not null);

    private TaskManifest? FinishedManifest(ShardTask task, IReadOnlyList<FileRecord> inputs) =>
        TaskManifest.Load(task) is { } before && before.Covers(name, _settings, inputs, task) ? before : null;

    private (TaskManifest Manifest, bool WasFinished) RunTask(ShardTask task, Action<ShardWork> work, Action<long> advance, CancellationToken cancellation)
    {
        FileRecord[] inputs = [.. task.Inputs.Select(FileRecord.Of)];
        if (!Again && FinishedManifest(task, inputs) is { } before)
        {
            advance(before.Counts.GetValueOrDefault("documents"));
            return (before, true);
        }

        try
        {
            using var running = new ShardWork(task, advance, cancellation);
            work(running);
            var manifest = new TaskManifest { Job = name, Settings = _settings, Inputs = inputs, Outputs = running.Complete(!IsIntermediate), Counts = running.Counts };
            manifest.Save(task, !IsIntermediate);
            return (manifest, false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{task.Outputs[0]}: cannot be written: {error.Message} Free the disk or choose another folder.", error);
        }
    }

    /// <summary>Tells every process what each has done.</summary>
    private JobResult Gather(IReadOnlyList<TaskManifest?> mine, int skipped, Exception? failure, int taskCount)
    {
        var shares = GroupShare.Gather(Group, () =>
        {
            if (failure is not null)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
            }

            return new Share(mine, skipped);
        });
        var manifests = new TaskManifest[taskCount];
        for (var index = 0; index < taskCount; index++)
        {
            manifests[index] = shares[index % Group.Size].Manifests[index / Group.Size]!;
        }

        return new JobResult(manifests, shares.Sum(other => other.Skipped));
    }

    private static void CheckOutputs(IReadOnlyList<ShardTask> tasks)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        if (tasks.SelectMany(task => task.Outputs).FirstOrDefault(output => !known.Add(Path.GetFullPath(output))) is { } twice)
        {
            throw new DataException($"{twice}: two inputs would write this file. Give them different names or destinations.");
        }
    }

    private sealed record Share(IReadOnlyList<TaskManifest?> Manifests, int Skipped);
}
