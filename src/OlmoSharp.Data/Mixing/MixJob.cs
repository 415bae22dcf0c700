using OlmoSharp.Data.Jobs;
using OlmoSharp.Distributed;

namespace OlmoSharp.Data.Mixing;

/// <summary>
/// Mixes documents as a config says: joins attributes, filters, replaces spans, samples, and writes the documents to files of a given size. The files depend on
/// inputs and config alone, not on how many threads and processes there are; a job that was killed goes on where it stopped.
/// </summary>
public sealed class MixJob
{
    // Changes when the same documents and config may give other bytes.
    private const int Version = 1;

    private readonly MixConfig _config;
    private readonly MixLayout _layout;

    /// <summary>Checks the config and finds the files; nothing is written.</summary>
    /// <param name="config">The config.</param>
    /// <exception cref="DataException">A filter has a mistake, or files are missing.</exception>
    public MixJob(MixConfig config)
    {
        _config = config;
        _layout = new MixLayout(config);
    }

    /// <summary>Whether a line that is no document goes to a file in <c>.quarantine/</c> beside the outputs instead of stopping the job.</summary>
    public bool Quarantine { get; init; }

    /// <summary>The processes among which the work is divided.</summary>
    public IProcessGroup Group { get; init; } = SingleProcess.Instance;

    /// <summary>The files that the mix will have, each with how many inputs (and copies of inputs) go into it.</summary>
    public IReadOnlyList<(string Path, int Inputs)> Outputs => _config.Shuffle == MixShuffle.Exact
        ? [.. _layout.Outputs.SelectMany(output => new ExactShuffle(output, _config, Quarantine, Scratch(output)).Outputs.Select(path => (path, output.Pieces.Count)))]
        : [.. Shards().SelectMany(shards => shards.Shards).SelectMany(shard => shard.Outputs.Select(path => (path, shard.Pieces.Count)))];

    private string Settings => string.Join('\n', _layout.Streams.Select(stream => stream.Settings).Prepend(FormattableString.Invariant($"{Version} {_config.Seed} {_config.Shuffle} {_config.Audit is not null} {Quarantine}")));

    /// <summary>Runs the mix.</summary>
    /// <param name="progress">Called with the documents this process has done so far.</param>
    /// <param name="cancellation">Stops between documents.</param>
    /// <exception cref="DataException">An attribute that a filter names is nowhere, a file is damaged, rows do not belong together, a query fails, or the disk refuses.</exception>
    public MixResult Run(Action<long>? progress = null, CancellationToken cancellation = default)
    {
        Survey();
        return _config.Shuffle == MixShuffle.Exact ? RunExact(progress, cancellation) : RunJoined(progress, cancellation);
    }

    private MixResult RunJoined(Action<long>? progress, CancellationToken cancellation)
    {
        var work = new MixWork(_config, Quarantine);
        var tasks = new List<(ShardTask Task, MixShard Shard)>();
        foreach (var (output, shards) in Shards())
        {
            if (_config.Shuffle == MixShuffle.True)
            {
                MixLayout.RefuseLeftovers(output, shards.SelectMany(shard => shard.Outputs));
            }

            tasks.AddRange(shards.Select(shard => (
                new ShardTask { Inputs = [.. shard.Pieces.SelectMany(piece => piece.Input.Files).Distinct()], Outputs = [.. shard.Outputs, .. work.AsideOutputs(shard.Outputs[0], output.Path)] },
                shard)));
        }

        var lengths = Measure([.. tasks.Select(task => task.Shard).Where(shard => shard.Outputs.Count > 1).Select(shard => shard.Pieces[0].Input).Distinct()], progress, cancellation);
        var byOutput = tasks.ToDictionary(task => task.Task.Outputs[0], task => task.Shard, StringComparer.Ordinal);
        var result = Job("mix", Settings).Run([.. tasks.Select(task => task.Task)], Mix, progress, cancellation);
        DeleteScratch(_layout.Outputs[0]);
        return Result(result, tasks.Sum(task => task.Shard.Outputs.Count));

        void Mix(ShardWork task)
        {
            var shard = byOutput[task.Task.Outputs[0]];
            var length = shard.Outputs.Count > 1 ? lengths[shard.Pieces[0].Input] : 1;
            work.Run(task, shard.Outputs.Count, shard.Pieces, (file, _, read) =>
                task.Output((int)Int128.Min(shard.Outputs.Count - 1, (Int128)read * shard.Outputs.Count / length)).Write(file.Row.Span));
        }
    }

    private MixResult RunExact(Action<long>? progress, CancellationToken cancellation)
    {
        var (shards, skipped) = (0, 0);
        var totals = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var output in _layout.Outputs)
        {
            var shuffle = new ExactShuffle(output, _config, Quarantine, Scratch(output));
            MixLayout.RefuseLeftovers(output, shuffle.Outputs);
            var scattered = Job("mix scatter", Settings).Run(shuffle.ScatterTasks, shuffle.Scatter, progress, cancellation);
            var gathered = Job("mix gather", Settings).Run(shuffle.GatherTasks, shuffle.Gather, null, cancellation);
            shards += shuffle.Outputs.Count;
            skipped += gathered.Skipped;
            foreach (var (name, count) in scattered.Totals)
            {
                totals[name] = totals.GetValueOrDefault(name) + count;
            }

            DeleteScratch(output);
        }

        return new MixResult([.. _layout.Streams.Select(stream => MixCounts.Result(stream, totals))], shards, skipped, totals.GetValueOrDefault("quarantined"));
    }

    /// <summary>Measures the lines of inputs that are divided among several outputs.</summary>
    private Dictionary<MixInput, long> Measure(IReadOnlyList<MixInput> inputs, Action<long>? progress, CancellationToken cancellation)
    {
        if (inputs.Count == 0)
        {
            return [];
        }

        var scratch = Scratch(_layout.Outputs[0]);
        ShardTask[] tasks = [.. inputs.Select((input, index) => new ShardTask { Inputs = [input.Documents], Outputs = [Path.Combine(scratch, FormattableString.Invariant($"length-{index:D4}"))] })];
        var result = Job("mix measure", FormattableString.Invariant($"{Version} {Quarantine}")).Run(
            tasks,
            work =>
            {
                using var documents = new Documents.DocumentScanner(work.Task.Inputs[0]);
                while (documents.TryReadLine(out var line))
                {
                    work.Count("bytes", line.Length + 1);
                    work.Advance(0);
                }
            },
            progress,
            cancellation);
        return inputs.Zip(result.Manifests).ToDictionary(pair => pair.First, pair => Math.Max(1, pair.Second.Counts.GetValueOrDefault("bytes")));
    }

    private IEnumerable<(MixOutput Output, IReadOnlyList<MixShard> Shards)> Shards() => _layout.Outputs.Select(output =>
        (output, _config.Shuffle == MixShuffle.False ? MixLayout.Unmoved(output) : output.Join()));

    private ShardJob Job(string name, string settings) => new(name, settings) { Threads = _config.Processes, Group = Group };

    private MixResult Result(JobResult result, int shards) => new(
        [.. _layout.Streams.Select(stream => MixCounts.Result(stream, result.Totals))], shards, result.Skipped, result.Totals.GetValueOrDefault("quarantined"));

    /// <summary>Looks for what filters name, on one process for all.</summary>
    private void Survey() => GroupShare.Gather(Group, () =>
    {
        foreach (var stream in Group.Rank == 0 ? _layout.Streams : [])
        {
            NameSurvey.Check(stream, [.. _layout.Inputs.Where(input => input.Stream == stream)], Quarantine);
        }

        return true;
    });

    private string Scratch(MixOutput output) => Path.Combine(_config.WorkDir?.Output ?? output.Path, $".mix-{output.Name}");

    private void DeleteScratch(MixOutput output)
    {
        Group.Barrier();
        if (Group.Rank == 0 && Directory.Exists(Scratch(output)))
        {
            Directory.Delete(Scratch(output), recursive: true);
        }

        Group.Barrier();
    }
}
