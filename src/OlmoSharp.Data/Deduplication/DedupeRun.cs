using System.Globalization;
using System.Numerics;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Deduplication.Bloom;
using OlmoSharp.Data.Deduplication.Config;
using OlmoSharp.Data.Deduplication.Keys;
using OlmoSharp.Data.Deduplication.MinHash;
using OlmoSharp.Data.Deduplication.Resolution;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Distributed;

namespace OlmoSharp.Data.Deduplication;

/// <summary>The passes over document files that are compared with each other and with what a filter held before.</summary>
internal sealed class DedupeRun
{
    private const long BytesPerCell = 4 << 20;
    private const int MaxCells = 256;

    /// <summary>The config.</summary>
    public required DedupeConfig Config { get; init; }

    public required IProcessGroup Group { get; init; }

    public required IReadOnlyList<string> Shards { get; init; }

    /// <summary>What names each shard's content for the filter.</summary>
    public required IReadOnlyList<UInt128> Contents { get; init; }

    /// <summary>Bytes of all shards as they lie on the disk.</summary>
    public required long Bytes { get; init; }

    /// <summary>The filter as it stands before the run; null: keys are compared exactly.</summary>
    public required DedupeFilter? Filter { get; init; }

    /// <summary>Names the run: everything that decides which keys are duplicates.</summary>
    public required UInt128 Id { get; init; }

    /// <summary>Everything that decides the attributes.</summary>
    public required string Settings { get; init; }

    public required IReadOnlyList<ShardTask> AttributeTasks { get; init; }

    /// <summary>The folder of what is needed only while the run goes on.</summary>
    public required string WorkFolder { get; init; }

    public required bool Quarantine { get; init; }

    private int Cells => Filter?.Parameters.Segments
        ?? (int)Math.Min(MaxCells, BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, Bytes / BytesPerCell)));

    private MinHashDedupeConfig? Near => Config.Dedupe.MinHash;

    private bool KeepsDocuments => Near is not null || (Config.Audit is not null && Filter is null);

    /// <summary>What the outputs of the first passes depend on besides the documents.</summary>
    private string KeySettings => $"{Id:x32} {Cells} {KeepsDocuments} {Quarantine}{(Near is null ? "" : $" {Near.Keep} {Near.Threshold > 0}")}";

    private bool Writes => Filter is { IsReadOnly: false };

    public JobResult Run(Action<long>? progress, CancellationToken cancellation)
    {
        var attributes = Job("dedupe", Settings);
        if (!Writes && attributes.Finished(AttributeTasks).All(finished => finished))
        {
            return attributes.Run(AttributeTasks, _ => throw new InvalidOperationException("a finished task ran again"), progress, cancellation);
        }

        long read = 0;
        var keys = KeyPass(done => progress?.Invoke(read = done), cancellation);
        var cells = CellPass(cancellation);
        CheckRate(cells);
        if (Near is not null)
        {
            FindEdges(cancellation);
            FindClusters([.. keys.Manifests.Select(manifest => manifest.Counts["documents"])], cancellation);
        }

        var result = attributes.Run(AttributeTasks, WriteAttributes, done => progress?.Invoke(read + done), cancellation);
        if (Writes)
        {
            Publish(cells, cancellation);
        }

        return result;
    }

    private ShardJob Job(string name, string settings, bool isIntermediate = false) =>
        new(name, settings) { Threads = Config.Processes, Group = Group, IsIntermediate = isIntermediate };

    private JobResult KeyPass(Action<long> progress, CancellationToken cancellation)
    {
        var tasks = Enumerable.Range(0, Shards.Count).Select(shard => new ShardTask
        {
            Inputs = [Shards[shard]],
            Outputs =
            [
                KeyPath(shard), OutlinePath(shard), .. KeepsDocuments ? [IdPath(shard)] : Array.Empty<string>(),
                .. Near is null ? Array.Empty<string>() : [LengthPath(shard), SignaturePath(shard)],
            ],
        }).ToList();
        var pass = new KeyPass(Config.Dedupe, Filter?.Parameters.Seed ?? 0, BitOperations.Log2((uint)Cells), KeepsDocuments, Quarantine);
        return Job("dedupe-keys", KeySettings, isIntermediate: true).Run(tasks, pass.Run, progress, cancellation);
    }

    private JobResult CellPass(CancellationToken cancellation)
    {
        var tasks = Enumerable.Range(0, Cells).Select(cell => new ShardTask
        {
            Inputs = [],
            Outputs = Writes ? [VerdictPath(cell), BitsPath(cell)] : [VerdictPath(cell)],
        }).ToList();
        var cellOf = tasks.Select((task, cell) => (task.Outputs[0], cell)).ToDictionary(pair => pair.Item1, pair => pair.cell);
        var pass = new CellPass
        {
            KeyFiles = [.. Enumerable.Range(0, Shards.Count).Select(KeyPath)],
            Cells = Cells,
            KeepsDocuments = KeepsDocuments,
            Memory = Config.MemoryInBytes / Config.Processes,
            Filter = Filter,
        };
        return Job("dedupe-cells", KeySettings, isIntermediate: true)
            .Run(tasks, work => pass.Run(work, cellOf[work.Task.Outputs[0]]), cancellation: cancellation);
    }

    private void FindEdges(CancellationToken cancellation)
    {
        var tasks = Enumerable.Range(0, Shards.Count).Select(shard => new ShardTask { Inputs = [], Outputs = [EdgePath(shard)] }).ToList();
        var pass = new EdgePass(Near!, [.. Enumerable.Range(0, Shards.Count).Select(SignaturePath)]);
        Job("dedupe-edges", $"{KeySettings} {Near!.Threshold}", isIntermediate: true).Run(tasks, work =>
        {
            var shard = tasks.IndexOf(work.Task);
            using var outline = new OutlineReader(OutlinePath(shard));
            pass.Run(work, shard, outline, Verdicts(shard));
        }, cancellation: cancellation);
    }

    private void FindClusters(IReadOnlyList<long> documents, CancellationToken cancellation)
    {
        var keepsLongest = Near!.Keep == ClusterKeep.Longest;
        var memory = ClusterPass.Memory(documents.Sum(), keepsLongest);
        if (memory > Config.MemoryInBytes || documents.Sum() > Array.MaxLength)
        {
            throw new DataException(documents.Sum() > Array.MaxLength
                ? $"{documents.Sum()} documents are more than can be compared at once, {Array.MaxLength}. Divide them with dedupe.file_partition."
                : $"the clusters of {documents.Sum()} documents need {memory} bytes, more than memory_in_bytes, {Config.MemoryInBytes}. Raise it.");
        }

        var pass = new ClusterPass
        {
            EdgeFiles = [.. Enumerable.Range(0, Shards.Count).Select(EdgePath)],
            LengthFiles = keepsLongest ? [.. Enumerable.Range(0, Shards.Count).Select(LengthPath)] : [],
            Documents = documents,
        };
        Job("dedupe-clusters", $"{KeySettings} {Near.Threshold}", isIntermediate: true)
            .Run([new ShardTask { Inputs = [], Outputs = [ClusterPath] }], pass.Run, cancellation: cancellation);
    }

    private void CheckRate(JobResult cells)
    {
        if (Writes && Filter!.Rate > 0 && KeysAfter(cells) is var keys && Filter.Parameters.FalsePositiveRate(keys) is var rate && rate > Filter.Rate)
        {
            throw new DataException(string.Create(
                CultureInfo.InvariantCulture,
                $"{Filter.Path}: the Bloom filter of {Filter.Parameters} would hold {keys} keys, and its false-positive rate would be {rate:g3} instead of {Filter.Rate:g3}. "
                + $"Nothing was written. Set bloom_filter.estimated_doc_count to at least {keys}, and start with a new filter."));
        }
    }

    private long KeysAfter(JobResult cells) => (Filter!.Header?.Keys ?? 0) + cells.Totals["fresh"];

    private void WriteAttributes(ShardWork work)
    {
        var shard = AttributeTasks.Index().First(pair => pair.Item == work.Task).Index;
        using var outline = new OutlineReader(OutlinePath(shard));
        using var audit = Config.Audit is null ? null : new DedupeAudit(
            work.Output(1),
            Near is null ? "first" : "kept",
            [.. Shards.Select(path => AttributePaths.Relative(path, Config.Dedupe.DocumentDir))],
            KeepsDocuments ? [.. Enumerable.Range(0, Shards.Count).Select(IdPath)] : []);
        var quarantine = Quarantine ? new QuarantineFile(work.Output(work.Task.Outputs.Count - 1)) : null;
        AttributePass pass = Near is null
            ? new KeyAttributePass(Config.Dedupe, work, outline, Verdicts(shard), audit, quarantine)
            : new ClusterAttributePass(Config.Dedupe.Attribute, work, shard, outline, ClusterFile.Read(ClusterPath, shard, Shards.Count), audit, quarantine);
        pass.Run();
    }

    private ShardVerdicts Verdicts(int shard) => new([.. Enumerable.Range(0, Cells).Select(VerdictPath)], shard, Shards.Count);

    /// <summary>Writes the filter's file, when all attributes are there: who finds the keys of a shard in the filter can rely on its attributes.</summary>
    private void Publish(JobResult cells, CancellationToken cancellation) =>
        Job("dedupe-filter", $"{Id:x32}").Run([new ShardTask { Inputs = [], Outputs = [Filter!.Path] }], work =>
        {
            var header = new BloomFilterHeader
            {
                Parameters = Filter.Parameters,
                Keys = KeysAfter(cells),
                Contributions = [.. (Filter.Header?.Contributions ?? []).Concat(Contents.Select(content => new BloomContribution(content, Id))).Distinct().Order(BloomFilter.ContributionOrder)],
                SegmentHashes = [.. cells.Manifests.Select(manifest => UInt128.Parse(manifest.Outputs[1].Hash, NumberStyles.HexNumber, CultureInfo.InvariantCulture))],
            };
            var output = work.Output(0);
            output.Write(header.ToBytes());
            for (var cell = 0; cell < Cells; cell++)
            {
                using var bits = File.OpenRead(BitsPath(cell));
                bits.CopyTo(output);
                work.Advance(0);
            }
        }, cancellation: cancellation);

    private string KeyPath(int shard) => Path.Combine(WorkFolder, "keys", $"{shard:D5}.keys");

    private string OutlinePath(int shard) => Path.Combine(WorkFolder, "keys", $"{shard:D5}.outline");

    private string IdPath(int shard) => Path.Combine(WorkFolder, "keys", $"{shard:D5}.ids");

    private string LengthPath(int shard) => Path.Combine(WorkFolder, "keys", $"{shard:D5}.lengths");

    private string SignaturePath(int shard) => Path.Combine(WorkFolder, "keys", $"{shard:D5}.signatures");

    private string EdgePath(int shard) => Path.Combine(WorkFolder, "edges", $"{shard:D5}.edges");

    private string ClusterPath => Path.Combine(WorkFolder, "clusters");

    private string VerdictPath(int cell) => Path.Combine(WorkFolder, "cells", $"{cell:D3}.verdicts");

    private string BitsPath(int cell) => Path.Combine(WorkFolder, "cells", $"{cell:D3}.bits");
}
