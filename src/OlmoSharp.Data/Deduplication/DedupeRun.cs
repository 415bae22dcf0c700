using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Deduplication.Config;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Distributed;

namespace OlmoSharp.Data.Deduplication;

/// <summary>The passes over document files that are compared with each other. The last one writes the attributes; what the others write is needed only while the run goes on.</summary>
internal abstract class DedupeRun
{
    /// <summary>The most cells into which what is compared is divided.</summary>
    protected const int MaxCells = 256;

    /// <summary>The config.</summary>
    public required DedupeConfig Config { get; init; }

    public required IProcessGroup Group { get; init; }

    public required IReadOnlyList<string> Shards { get; init; }

    /// <summary>Names the run: everything that decides which keys are duplicates.</summary>
    public required UInt128 Id { get; init; }

    /// <summary>Everything that decides the attributes.</summary>
    public required string Settings { get; init; }

    public required IReadOnlyList<ShardTask> AttributeTasks { get; init; }

    /// <summary>The folder of what is needed only while the run goes on.</summary>
    public required string WorkFolder { get; init; }

    public required bool Quarantine { get; init; }

    /// <summary>Whether there is something to do even if all attributes are there.</summary>
    protected virtual bool MustRun => false;

    /// <summary>What the audit calls the document files.</summary>
    protected IReadOnlyList<string> AuditNames => [.. Shards.Select(path => AttributePaths.Relative(path, Config.Dedupe.DocumentDir))];

    public JobResult Run(Action<long>? progress, CancellationToken cancellation)
    {
        var attributes = Job("dedupe", Settings);
        return !MustRun && attributes.Finished(AttributeTasks).All(finished => finished)
            ? attributes.Run(AttributeTasks, _ => throw new InvalidOperationException("a finished task ran again"), progress, cancellation)
            : RunPasses(progress, cancellation);
    }

    /// <summary>Runs all passes.</summary>
    protected abstract JobResult RunPasses(Action<long>? progress, CancellationToken cancellation);

    /// <summary>Starts the audit of a shard.</summary>
    protected abstract DedupeAudit OpenAudit(Stream output);

    /// <summary>Writes the attributes of a shard.</summary>
    protected abstract void WriteAttributes(ShardWork work, int shard, DedupeAudit? audit, QuarantineFile? quarantine);

    /// <summary>Writes the attributes of all shards.</summary>
    protected JobResult WriteAttributes(Action<long> progress, CancellationToken cancellation) => Job("dedupe", Settings).Run(
        AttributeTasks,
        work =>
        {
            var shard = AttributeTasks.Index().First(pair => pair.Item == work.Task).Index;
            using var audit = Config.Audit is null ? null : OpenAudit(work.Output(1));
            WriteAttributes(work, shard, audit, Quarantine ? new QuarantineFile(work.Output(work.Task.Outputs.Count - 1)) : null);
        },
        progress,
        cancellation);

    /// <summary>A job for a pass.</summary>
    protected ShardJob Job(string name, string settings, bool isIntermediate = false) =>
        new(name, settings) { Threads = Config.Processes, Group = Group, IsIntermediate = isIntermediate };

    /// <summary>Runs a pass that reads only what earlier passes wrote: each number from 0 has its outputs.</summary>
    protected JobResult RunIntermediate(string name, string settings, int count, Func<int, IReadOnlyList<string>> outputs, Action<ShardWork, int> run, CancellationToken cancellation)
    {
        var tasks = Enumerable.Range(0, count).Select(number => new ShardTask { Inputs = [], Outputs = outputs(number) }).ToList();
        var numberOf = tasks.Index().ToDictionary(pair => pair.Item.Outputs[0], pair => pair.Index);
        return Job(name, settings, isIntermediate: true).Run(tasks, work => run(work, numberOf[work.Task.Outputs[0]]), cancellation: cancellation);
    }
}
