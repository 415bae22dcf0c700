using System.IO.Hashing;
using System.Text;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Deduplication.Bloom;
using OlmoSharp.Data.Deduplication.Config;
using OlmoSharp.Data.Deduplication.Keys;
using OlmoSharp.Data.Deduplication.Substrings;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Distributed;

namespace OlmoSharp.Data.Deduplication;

/// <summary>
/// Finds duplicates of documents or paragraphs and writes attributes that say where they are; of equal keys the first in the order of the inputs is none.
/// Three passes, each shard by shard: hashes of all keys; verdicts, cell by cell, where a cell holds all hashes that begin with the same bits;
/// attributes. For near-duplicate documents, whose keys are bands of signatures, two passes more join those that share keys to clusters. Parts of texts have passes of their own.
/// Any number of threads and processes gives the same bytes as one.
/// </summary>
/// <remarks>
/// A document file whose keys a filter already holds, from an earlier run, is finished if its attributes are there; only the others are compared, with the filter and
/// with each other. So a config can run again after files were added.
/// </remarks>
/// <param name="config">What to do.</param>
public sealed class DedupeJob(DedupeConfig config)
{
    // Changes when the same config and inputs may give something else.
    private const int Version = 1;

    private readonly DedupeRules _rules = config.Dedupe;

    /// <summary>The processes among which the shards are divided.</summary>
    public IProcessGroup Group { get; init; } = SingleProcess.Instance;

    /// <summary>Whether a line that is no document goes to a quarantine file, in <c>.quarantine</c> beside the attributes, instead of stopping the job.</summary>
    public bool Quarantine { get; init; }

    /// <summary>What a run would do.</summary>
    /// <exception cref="DataException">There are no inputs, or the filter does not fit.</exception>
    public DedupePlan Plan()
    {
        var filter = config.BloomFilter is { } bloom ? DedupeFilter.Open(bloom) : null;
        return new DedupePlan(Inputs(), _rules.SetName, _rules.Attribute, Memory(filter), filter?.Parameters, filter?.Header?.Keys ?? 0);
    }

    /// <summary>Runs the job. What is finished already stays.</summary>
    /// <param name="progress">Called with the documents that this process has read so far; each is read twice.</param>
    /// <param name="cancellation">Stops between documents.</param>
    /// <exception cref="DataException">An input is broken, the filter does not fit, or the disk refuses, here or on another process.</exception>
    public DedupeResult Run(Action<long>? progress = null, CancellationToken cancellation = default)
    {
        var shards = Inputs();
        if (_rules.Documents is { } documents)
        {
            _ = new JsonKeyPath(documents.Key, "dedupe.documents.key");
        }

        var filter = config.BloomFilter is { } bloom ? DedupeFilter.Open(bloom) : null;
        var tasks = shards.Select(AttributeTask).ToList();
        var records = GroupShare.Map(Group, config.Processes, shards.Count, index => FileRecord.Of(shards[index]));
        var contents = records.Select(record => Hash($"{KeySettings}\n{record.Hash}")).ToList();
        var manifests = new TaskManifest[shards.Count];
        var skipped = 0;
        foreach (var earlier in Enumerable.Range(0, shards.Count).GroupBy(index => filter?.JobOf(contents[index])))
        {
            int[] members = [.. earlier];
            List<ShardTask> theirs = [.. members.Select(index => tasks[index])];
            var result = earlier.Key is { } job ? Earlier(job, theirs, filter!) : Fresh(members);
            skipped += result.Skipped;
            for (var i = 0; i < members.Length; i++)
            {
                manifests[members[i]] = result.Manifests[i];
            }

            JobResult Fresh(int[] members)
            {
                var run = RunId(members);
                var input = new DedupeInput
                {
                    Config = config,
                    Group = Group,
                    Shards = [.. members.Select(index => shards[index])],
                    Id = run,
                    Settings = Settings(run),
                    AttributeTasks = theirs,
                    WorkFolder = WorkFolder(shards[0]),
                    Quarantine = Quarantine,
                };
                DedupeRun passes = _rules.Substring is not null ? new SubstringRun(input) : new KeyRun(input)
                {
                    Contents = [.. members.Select(index => contents[index])],
                    Bytes = members.Sum(index => records[index].Bytes),
                    Filter = filter,
                };
                return passes.Run(progress, cancellation);
            }
        }

        RemoveWorkFolder(WorkFolder(shards[0]));
        var keys = config.BloomFilter is { } after ? DedupeFilter.Open(after).Header?.Keys ?? 0 : 0;
        return new DedupeResult(new JobResult(manifests, skipped), Memory(filter), filter?.Parameters, keys);

        UInt128 RunId(int[] members) => Hash(string.Join('\n', [KeySettings, filter?.Identity ?? "exact", .. members.Select(index => $"{records[index].Name} {records[index].Hash}")]));
    }

    /// <summary>Everything that decides a document file's keys.</summary>
    private string KeySettings => _rules switch
    {
        { MinHash: { } minHash } => string.Join('\n', PlainKeySettings, minHash.Ngram, minHash.Bands, minHash.Rows, minHash.Seed),
        { Substring: { } substring } => string.Join('\n', PlainKeySettings, "substring", substring.MinWords),
        _ => PlainKeySettings,
    };

    private string PlainKeySettings => string.Join(
        '\n',
        Version, _rules.Documents?.Key, _rules.Paragraphs?.ParagraphSeparator, _rules.NGrams?.NgramLength, _rules.NGrams?.Stride, _rules.NGrams?.SkipShortParagraphs,
        _rules.SkipEmpty, _rules.MinLength, _rules.MinWords, _rules.FilePartition ? "" : $"{_rules.PartitionIndex}/{_rules.NumPartitions}", Quarantine);

    /// <summary>Everything that decides the attributes.</summary>
    private string Settings(UInt128 run) => string.Join('\n', $"{run:x32}", _rules.Attribute, _rules.NGrams?.OverlapThreshold ?? _rules.MinHash?.Threshold, config.Audit is not null, _rules.MinHash?.Keep);

    private IReadOnlyList<string> Inputs()
    {
        var paths = DocumentPatterns.Expand(config.Documents);
        if (!_rules.FilePartition || _rules.NumPartitions == 1)
        {
            return paths;
        }

        List<string> ours = [.. paths.Where(path => XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(AttributePaths.Relative(path, _rules.DocumentDir))) % (ulong)_rules.NumPartitions == (ulong)_rules.PartitionIndex)];
        return ours.Count > 0 ? ours : throw new DataException(
            $"{config.Documents[0]}: none of the {paths.Count} files is in partition {_rules.PartitionIndex} of {_rules.NumPartitions}. Lower dedupe.num_partitions.");
    }

    private ShardTask AttributeTask(string path)
    {
        var attributes = AttributePaths.Of(path, _rules.SetName, _rules.DocumentDir);
        List<string> outputs = [attributes];
        if (config.Audit is { } audit)
        {
            outputs.Add(Path.Combine(audit, AttributePaths.LinesOf(AttributePaths.Relative(path, _rules.DocumentDir))));
        }

        if (Quarantine)
        {
            outputs.Add(Path.Combine(Path.GetDirectoryName(attributes)!, ".quarantine", Path.GetFileName(attributes)));
        }

        return new ShardTask { Inputs = [path], Outputs = outputs };
    }

    /// <summary>The attributes of document files whose keys the filter holds.</summary>
    private JobResult Earlier(UInt128 run, IReadOnlyList<ShardTask> tasks, DedupeFilter filter)
    {
        var job = new ShardJob("dedupe", Settings(run)) { Threads = config.Processes, Group = Group };
        var finished = job.Finished(tasks);
        return tasks.Zip(finished).FirstOrDefault(pair => !pair.Second).First is { } unfinished
            ? throw new DataException(
                $"{unfinished.Inputs[0]}: {filter.Path} already holds its keys, but its attributes ({unfinished.Outputs[0]}) are missing, were changed or belong to other settings; "
                + "compared again, all of it would be a duplicate of itself. Put the filter back as it was before that run, or delete it together with the attributes made with it, and run the job again.")
            : job.Run(tasks, _ => throw new InvalidOperationException("a finished task ran again"));
    }

    private string WorkFolder(string firstShard)
    {
        var name = _rules.SetName;
        if (config.WorkDir?.Output is { } folder)
        {
            return Path.Combine(folder, $"dedupe-{name}");
        }

        return Path.Combine(AttributePaths.FolderOf(firstShard, name, _rules.DocumentDir), ".dedupe");
    }

    private void RemoveWorkFolder(string folder)
    {
        if (Group.Rank == 0 && Directory.Exists(folder))
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new DataException($"{folder}: cannot be deleted: {error.Message} The job is done; delete the folder.", error);
            }
        }
    }

    /// <summary>What the threads of a process may take for the hashes of a pass, at most.</summary>
    private long Memory(DedupeFilter? filter) => Math.Max(
        (long)config.Processes * KeyWriter.Memory,
        filter is null ? config.MemoryInBytes : Math.Min(config.Processes, filter.Parameters.Segments) * (filter.Parameters.SegmentBits / 8));

    private static UInt128 Hash(string text) => XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(text));
}
