using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Data.Deduplication;

/// <summary>The passes over document files that are compared with each other. The last one writes the attributes; what the others write is needed only while the run goes on.</summary>
/// <param name="input">What is compared.</param>
internal abstract class DedupeRun(DedupeInput input)
{
    /// <summary>The most cells into which what is compared is divided.</summary>
    protected const int MaxCells = 256;

    /// <summary>What is compared.</summary>
    protected DedupeInput Input => input;

    /// <summary>Whether there is something to do even if all attributes are there.</summary>
    protected virtual bool MustRun => false;

    /// <summary>What the audit calls the document files.</summary>
    protected IReadOnlyList<string> AuditNames => [.. input.Shards.Select(path => AttributePaths.Relative(path, input.Config.Dedupe.DocumentDir))];

    public JobResult Run(Action<long>? progress, CancellationToken cancellation)
    {
        var attributes = Job("dedupe", input.Settings);
        return !MustRun && attributes.Finished(input.AttributeTasks).All(finished => finished)
            ? attributes.Run(input.AttributeTasks, _ => throw new InvalidOperationException("a finished task ran again"), progress, cancellation)
            : RunPasses(progress, cancellation);
    }

    /// <summary>Runs all passes.</summary>
    protected abstract JobResult RunPasses(Action<long>? progress, CancellationToken cancellation);

    /// <summary>Starts the audit of a shard.</summary>
    protected abstract DedupeAudit OpenAudit(Stream output);

    /// <summary>Writes the attributes of a shard.</summary>
    protected abstract void WriteAttributes(ShardWork work, int shard, DedupeAudit? audit, QuarantineFile? quarantine);

    /// <summary>Writes the attributes of all shards.</summary>
    protected JobResult WriteAttributes(Action<long> progress, CancellationToken cancellation) => Job("dedupe", input.Settings).Run(
        input.AttributeTasks,
        work =>
        {
            var shard = input.AttributeTasks.Index().First(pair => pair.Item == work.Task).Index;
            using var audit = input.Config.Audit is null ? null : OpenAudit(work.Output(1));
            WriteAttributes(work, shard, audit, input.Quarantine ? new QuarantineFile(work.Output(work.Task.Outputs.Count - 1)) : null);
        },
        progress,
        cancellation);

    /// <summary>A job for a pass.</summary>
    protected ShardJob Job(string name, string settings, bool isIntermediate = false) =>
        new(name, settings) { Threads = input.Config.Processes, Group = input.Group, IsIntermediate = isIntermediate };

    /// <summary>Runs a pass that reads only what earlier passes wrote: each number from 0 has its outputs.</summary>
    protected JobResult RunIntermediate(string name, string settings, int count, Func<int, IReadOnlyList<string>> outputs, Action<ShardWork, int> run, CancellationToken cancellation)
    {
        var tasks = Enumerable.Range(0, count).Select(number => new ShardTask { Inputs = [], Outputs = outputs(number) }).ToList();
        var numberOf = tasks.Index().ToDictionary(pair => pair.Item.Outputs[0], pair => pair.Index);
        return Job(name, settings, isIntermediate: true).Run(tasks, work => run(work, numberOf[work.Task.Outputs[0]]), cancellation: cancellation);
    }
}
