using System.Numerics;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Data.Deduplication.Substrings;

/// <summary>The passes that find parts of texts which occur earlier.</summary>
/// <param name="input">What is compared.</param>
internal sealed class SubstringRun(DedupeInput input) : DedupeRun(input)
{
    private const int WordsPerCell = 1 << 18;

    private IReadOnlyList<IReadOnlyList<WordSlice>> _parts = [];

    private int MinWords => Input.Config.Dedupe.Substring!.MinWords;

    private long PartMemory => Input.Config.MemoryInBytes / Input.Config.Processes;

    /// <inheritdoc/>
    protected override JobResult RunPasses(Action<long>? progress, CancellationToken cancellation)
    {
        long read = 0;
        var tasks = Enumerable.Range(0, Input.Shards.Count).Select(shard => new ShardTask { Inputs = [Input.Shards[shard]], Outputs = [WordPath(shard), CountPath(shard)] }).ToList();
        Job("dedupe-words", $"{Input.Id:x32} {Input.Quarantine}", isIntermediate: true).Run(tasks, new WordPass(Input.Quarantine).Run, done => progress?.Invoke(read = done), cancellation);
        List<string> counts = [.. Enumerable.Range(0, Input.Shards.Count).Select(CountPath)];

        // Every process makes the same plan; what is wrong with it, all of them must know.
        GroupShare.Gather(Input.Group, () => (_parts = WordParts.Plan(Input.Shards, counts, PartMemory)).Count);
        SortAndMerge(counts, cancellation);
        return WriteAttributes(done => progress?.Invoke(read + done), cancellation);
    }

    private void SortAndMerge(IReadOnlyList<string> counts, CancellationToken cancellation)
    {
        var settings = $"{Input.Id:x32} {Input.Quarantine} {PartMemory}";
        var parts = new PartPass([.. Enumerable.Range(0, Input.Shards.Count).Select(WordPath)], counts, MinWords);
        RunIntermediate("dedupe-parts", settings, _parts.Count, part => [PartWordPath(part), PlacePath(part)], (work, part) => parts.Run(work, _parts[part]), cancellation);
        var words = _parts.Sum(slices => slices.Sum(slice => (long)slice.Words));
        var cells = (int)Math.Min(MaxCells, BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, words / WordsPerCell)));
        var merge = new MergePass
        {
            WordFiles = [.. Enumerable.Range(0, _parts.Count).Select(PartWordPath)],
            PlaceFiles = [.. Enumerable.Range(0, _parts.Count).Select(PlacePath)],
            MinWords = MinWords,
            CellBits = BitOperations.Log2((uint)cells),
        };
        RunIntermediate("dedupe-merge", settings, cells, cell => [CellPath(cell)], merge.Run, cancellation);
        var marks = new MarkPass([.. Enumerable.Range(0, cells).Select(CellPath)], _parts.Count);
        RunIntermediate("dedupe-marks", settings, _parts.Count, part => [MarkPath(part)], (work, part) => marks.Run(work, part, _parts[part].Sum(slice => slice.Words)), cancellation);
    }

    /// <inheritdoc/>
    protected override DedupeAudit OpenAudit(Stream output) => new(output, "first", AuditNames, []);

    /// <inheritdoc/>
    protected override void WriteAttributes(ShardWork work, int shard, DedupeAudit? audit, QuarantineFile? quarantine)
    {
        var marks = new ShardMarks([.. Enumerable.Range(0, _parts.Count).Select(MarkPath)], [.. _parts.SelectMany(slices => slices).Where(slice => slice.Shard == shard)]);
        new SubstringAttributePass(Input.Config.Dedupe.Attribute, MinWords, work, marks, audit, quarantine).Run();
    }

    private string WordPath(int shard) => Path.Combine(Input.WorkFolder, "words", $"{shard:D5}.words");

    private string CountPath(int shard) => Path.Combine(Input.WorkFolder, "words", $"{shard:D5}.counts");

    private string PartWordPath(int part) => Path.Combine(Input.WorkFolder, "parts", $"{part:D5}.words");

    private string PlacePath(int part) => Path.Combine(Input.WorkFolder, "parts", $"{part:D5}.places");

    private string CellPath(int cell) => Path.Combine(Input.WorkFolder, "cells", $"{cell:D3}.places");

    private string MarkPath(int part) => Path.Combine(Input.WorkFolder, "marks", $"{part:D5}.marks");
}
