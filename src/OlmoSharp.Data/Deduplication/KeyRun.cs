using System.Globalization;
using System.Numerics;
using OlmoSharp.Data.Deduplication.Bloom;
using OlmoSharp.Data.Deduplication.Config;
using OlmoSharp.Data.Deduplication.Keys;
using OlmoSharp.Data.Deduplication.MinHash;
using OlmoSharp.Data.Deduplication.Resolution;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Data.Deduplication;

/// <summary>The passes over document files whose keys are compared with each other and with what a filter held before.</summary>
/// <param name="input">What is compared.</param>
internal sealed class KeyRun(DedupeInput input) : DedupeRun(input)
{
    private const long BytesPerCell = 4 << 20;

    /// <summary>What names each shard's content for the filter.</summary>
    public required IReadOnlyList<UInt128> Contents { get; init; }

    /// <summary>Bytes of all shards as they lie on the disk.</summary>
    public required long Bytes { get; init; }

    /// <summary>The filter as it stands before the run; null: keys are compared exactly.</summary>
    public required DedupeFilter? Filter { get; init; }

    /// <inheritdoc/>
    protected override bool MustRun => Writes;

    private int Cells => Filter?.Parameters.Segments
        ?? (int)Math.Min(MaxCells, BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, Bytes / BytesPerCell)));

    private MinHashDedupeConfig? Near => Input.Config.Dedupe.MinHash;

    private bool KeepsDocuments => Near is not null || (Input.Config.Audit is not null && Filter is null);

    /// <summary>What the outputs of the first passes depend on besides the documents.</summary>
    private string KeySettings => $"{Input.Id:x32} {Cells} {KeepsDocuments} {Input.Quarantine}{(Near is null ? "" : $" {Near.Keep} {Near.Threshold > 0}")}";

    private string ClusterSettings => $"{KeySettings} {Near!.Threshold}";

    private bool Writes => Filter is { IsReadOnly: false };

    /// <inheritdoc/>
    protected override JobResult RunPasses(Action<long>? progress, CancellationToken cancellation)
    {
        long read = 0;
        var keys = KeyPass(done => progress?.Invoke(read = done), cancellation);
        var cells = CellPass(cancellation);
        CheckRate(cells);
        if (Near is not null)
        {
            FindEdges(cancellation);
            FindClusters([.. keys.Manifests.Select(manifest => manifest.Counts["documents"])], cancellation);
        }

        var result = WriteAttributes(done => progress?.Invoke(read + done), cancellation);
        if (Writes)
        {
            Publish(cells, cancellation);
        }

        return result;
    }

    private JobResult KeyPass(Action<long> progress, CancellationToken cancellation)
    {
        var tasks = Enumerable.Range(0, Input.Shards.Count).Select(shard => new ShardTask
        {
            Inputs = [Input.Shards[shard]],
            Outputs =
            [
                KeyPath(shard), OutlinePath(shard), .. KeepsDocuments ? [IdPath(shard)] : Array.Empty<string>(),
                .. Near is null ? Array.Empty<string>() : [LengthPath(shard), SignaturePath(shard)],
            ],
        }).ToList();
        var pass = new KeyPass(Input.Config.Dedupe, Filter?.Parameters.Seed ?? 0, BitOperations.Log2((uint)Cells), KeepsDocuments, Input.Quarantine);
        return Job("dedupe-keys", KeySettings, isIntermediate: true).Run(tasks, pass.Run, progress, cancellation);
    }

    private JobResult CellPass(CancellationToken cancellation)
    {
        var pass = new CellPass
        {
            KeyFiles = [.. Enumerable.Range(0, Input.Shards.Count).Select(KeyPath)],
            Cells = Cells,
            KeepsDocuments = KeepsDocuments,
            Memory = Input.Config.MemoryInBytes / Input.Config.Processes,
            Filter = Filter,
        };
        return RunIntermediate("dedupe-cells", KeySettings, Cells, cell => Writes ? [VerdictPath(cell), BitsPath(cell)] : [VerdictPath(cell)], pass.Run, cancellation);
    }

    private void FindEdges(CancellationToken cancellation)
    {
        var pass = new EdgePass(Near!, [.. Enumerable.Range(0, Input.Shards.Count).Select(SignaturePath)]);
        RunIntermediate("dedupe-edges", ClusterSettings, Input.Shards.Count, shard => [EdgePath(shard)], (work, shard) =>
        {
            using var outline = new OutlineReader(OutlinePath(shard));
            pass.Run(work, shard, outline, Verdicts(shard));
        }, cancellation);
    }

    private void FindClusters(IReadOnlyList<long> documents, CancellationToken cancellation)
    {
        var keepsLongest = Near!.Keep == ClusterKeep.Longest;
        var count = documents.Sum();
        if (count > Array.MaxLength)
        {
            throw new DataException($"{count} documents are more than can be compared at once, {Array.MaxLength}. Divide them with dedupe.file_partition.");
        }

        if (ClusterPass.Memory(count, keepsLongest) is var memory && memory > Input.Config.MemoryInBytes)
        {
            throw new DataException($"the clusters of {count} documents need {memory} bytes, more than memory_in_bytes, {Input.Config.MemoryInBytes}. Raise it.");
        }

        var pass = new ClusterPass
        {
            EdgeFiles = [.. Enumerable.Range(0, Input.Shards.Count).Select(EdgePath)],
            LengthFiles = keepsLongest ? [.. Enumerable.Range(0, Input.Shards.Count).Select(LengthPath)] : [],
            Documents = documents,
        };
        RunIntermediate("dedupe-clusters", ClusterSettings, 1, _ => [ClusterPath], (work, _) => pass.Run(work), cancellation);
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

    /// <inheritdoc/>
    protected override DedupeAudit OpenAudit(Stream output) => new(
        output, Near is null ? "first" : "kept", AuditNames, KeepsDocuments ? [.. Enumerable.Range(0, Input.Shards.Count).Select(IdPath)] : []);

    /// <inheritdoc/>
    protected override void WriteAttributes(ShardWork work, int shard, DedupeAudit? audit, QuarantineFile? quarantine)
    {
        using var outline = new OutlineReader(OutlinePath(shard));
        AttributePass pass = Near is null
            ? new KeyAttributePass(Input.Config.Dedupe, work, outline, Verdicts(shard), audit, quarantine)
            : new ClusterAttributePass(Input.Config.Dedupe.Attribute, work, shard, outline, SectionFile.Read<ClusterMember>(ClusterPath, shard, Input.Shards.Count), audit, quarantine);
        pass.Run();
    }

    private ShardVerdicts Verdicts(int shard) => new([.. Enumerable.Range(0, Cells).Select(VerdictPath)], shard, Input.Shards.Count);

    /// <summary>Writes the filter's file, when all attributes are there: who finds the keys of a shard in the filter can rely on its attributes.</summary>
    private void Publish(JobResult cells, CancellationToken cancellation) =>
        Job("dedupe-filter", $"{Input.Id:x32}").Run([new ShardTask { Inputs = [], Outputs = [Filter!.Path] }], work =>
        {
            var header = new BloomFilterHeader
            {
                Parameters = Filter.Parameters,
                Keys = KeysAfter(cells),
                Contributions = [.. (Filter.Header?.Contributions ?? []).Concat(Contents.Select(content => new BloomContribution(content, Input.Id))).Distinct().Order(BloomFilter.ContributionOrder)],
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

    private string KeyPath(int shard) => Path.Combine(Input.WorkFolder, "keys", $"{shard:D5}.keys");

    private string OutlinePath(int shard) => Path.Combine(Input.WorkFolder, "keys", $"{shard:D5}.outline");

    private string IdPath(int shard) => Path.Combine(Input.WorkFolder, "keys", $"{shard:D5}.ids");

    private string LengthPath(int shard) => Path.Combine(Input.WorkFolder, "keys", $"{shard:D5}.lengths");

    private string SignaturePath(int shard) => Path.Combine(Input.WorkFolder, "keys", $"{shard:D5}.signatures");

    private string EdgePath(int shard) => Path.Combine(Input.WorkFolder, "edges", $"{shard:D5}.edges");

    private string ClusterPath => Path.Combine(Input.WorkFolder, "clusters");

    private string VerdictPath(int cell) => Path.Combine(Input.WorkFolder, "cells", $"{cell:D3}.verdicts");

    private string BitsPath(int cell) => Path.Combine(Input.WorkFolder, "cells", $"{cell:D3}.bits");
}
