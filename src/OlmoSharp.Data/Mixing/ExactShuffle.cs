using System.Buffers.Binary;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Data.Mixing;

/// <summary>
/// Shuffles an output exactly: every copy of a document gets a random key (<see cref="RowKey.Order"/>), and the output is all copies in the order of their keys.
/// A first pass scatters the rows to buckets by key; a second sorts each bucket in memory and writes it. The order depends on seed, sources and ids alone:
/// buckets, threads and memory only decide how it is found.
/// </summary>
internal sealed class ExactShuffle
{
    // A row of a bucket: its key, its length, its bytes.
    private const int HeaderBytes = 12;
    private const int MostBuckets = 256;

    // What a compressed byte of text becomes, on the side of too much.
    private const int Expansion = 5;

    private readonly MixConfig _config;
    private readonly MixWork _work;
    private readonly int _buckets;
    private readonly long _memory;
    private readonly Dictionary<string, IReadOnlyList<MixInput>> _scattered = new(StringComparer.Ordinal);

    public ExactShuffle(MixOutput output, MixConfig config, bool quarantines, string scratch)
    {
        _config = config;
        _work = new MixWork(config, quarantines);
        _memory = Math.Max(1 << 16, config.ShuffleMemory / config.Processes);
        var bytes = output.Pieces.Sum(piece => piece.Bytes);
        Outputs = [.. Enumerable.Range(0, Math.Max(1, (int)Math.Ceiling(bytes / output.MaxSize))).Select(output.FileAt)];

        // Every output is a whole number of buckets.
        var expected = output.Pieces.Sum(piece => piece.Bytes * (Path.GetExtension(piece.Input.Documents) is ".gz" or ".zst" ? Expansion : 1));
        var perOutput = Math.Clamp((int)Math.Ceiling(expected / _memory / Outputs.Count), 1, Math.Max(1, MostBuckets / Outputs.Count));
        _buckets = Outputs.Count * perOutput;

        List<IReadOnlyList<MixInput>> groups = [];
        foreach (var input in output.Inputs)
        {
            if (groups.Count > 0 && groups[^1].Sum(other => other.Bytes) + input.Bytes <= output.MaxSize)
            {
                groups[^1] = [.. groups[^1], input];
            }
            else
            {
                groups.Add([input]);
            }
        }

        ScatterTasks = [.. groups.Select((inputs, number) => new ShardTask
        {
            Inputs = [.. inputs.SelectMany(input => input.Files).Distinct()],
            Outputs =
            [
                .. Enumerable.Range(0, _buckets).Select(bucket => Path.Combine(scratch, FormattableString.Invariant($"{number:D4}"), FormattableString.Invariant($"{bucket:D4}"))),
                .. _work.AsideOutputs(Outputs[0], output.Path, Path.GetFileName(output.FileAt(number))),
            ],
        })];
        foreach (var (task, inputs) in ScatterTasks.Zip(groups))
        {
            _scattered.Add(task.Outputs[0], inputs);
        }

        GatherTasks = [.. Outputs.Select((path, number) => new ShardTask
        {
            Inputs = [.. from bucket in Enumerable.Range(number * perOutput, perOutput) from task in ScatterTasks select task.Outputs[bucket]],
            Outputs = [path],
        })];
    }

    /// <summary>The files of the output.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>The first pass: some inputs each, to a file for every bucket.</summary>
    public IReadOnlyList<ShardTask> ScatterTasks { get; }

    /// <summary>The second pass: some buckets each, to a file of the output.</summary>
    public IReadOnlyList<ShardTask> GatherTasks { get; }

    /// <summary>Does a task of the first pass.</summary>
    public void Scatter(ShardWork task)
    {
        var header = new byte[HeaderBytes];
        var pieces = _scattered[task.Task.Outputs[0]].Select(input => new MixPiece(input, 0, Math.Min(1, input.Stream.Config.Sample)));
        _work.Run(task, _buckets, pieces, (file, piece, _) =>
        {
            var rate = piece.Input.Stream.Config.Sample;
            var copies = (int)Math.Ceiling(rate);
            for (var copy = 0; copy < copies; copy++)
            {
                if (copy > 0)
                {
                    if (rate - copy < 1 && RowKey.Sample(file.Document, _config.Seed) >= rate - copy)
                    {
                        break;
                    }

                    task.Count(FormattableString.Invariant($"streams[{piece.Input.Stream.Index}].written"));
                    task.Count(FormattableString.Invariant($"streams[{piece.Input.Stream.Index}].text_bytes"), file.TextLength);
                    task.Count(FormattableString.Invariant($"streams[{piece.Input.Stream.Index}].replaced"), file.Replaced);
                }

                var key = RowKey.Order(file.Document, _config.Seed, copy);
                BinaryPrimitives.WriteUInt64LittleEndian(header, key);
                BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), file.Row.Length);
                var bucket = task.Output((int)((UInt128)key * (uint)_buckets >> 64));
                bucket.Write(header);
                bucket.Write(file.Row.Span);
            }
        });
    }

    /// <summary>Does a task of the second pass.</summary>
    public void Gather(ShardWork task)
    {
        var output = task.Output(0);
        foreach (var files in task.Task.Inputs.Chunk(ScatterTasks.Count))
        {
            // A bucket that is larger than the memory is read again for each part of its keys.
            var first = int.Parse(Path.GetFileName(files[0]), System.Globalization.CultureInfo.InvariantCulture);
            var bytes = files.Sum(file => new FileInfo(file).Length);
            var parts = (int)Math.Max(1, (bytes + _memory - 1) / _memory);
            for (var part = 0; part < parts; part++)
            {
                var (low, high) = (KeyAt(first, part, parts), KeyAt(first, part + 1, parts));
                using var rows = new RowSorter();
                foreach (var file in files)
                {
                    Load(file, low, high, rows, task);
                }

                rows.Write(output, () => task.Advance(0));
            }
        }
    }

    /// <summary>The lowest key of a part of a bucket.</summary>
    private UInt128 KeyAt(int bucket, int part, int parts)
    {
        var all = (UInt128)(uint)_buckets * (uint)parts;
        return ((((UInt128)(uint)bucket * (uint)parts + (uint)part) << 64) + all - 1) / all;
    }

    private static void Load(string path, UInt128 low, UInt128 high, RowSorter rows, ShardWork task)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            var header = new byte[HeaderBytes];
            while (stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) is not 0 and var read)
            {
                if (read < HeaderBytes)
                {
                    throw new EndOfStreamException();
                }

                var key = BinaryPrimitives.ReadUInt64LittleEndian(header);
                var length = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8));
                if (key >= low && key < high)
                {
                    stream.ReadExactly(rows.Add(key, length));
                }
                else
                {
                    stream.Seek(length, SeekOrigin.Current);
                }

                task.Advance(0);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new DataException($"{path}: cannot be read: {error.Message} Delete the folder it is in, and run the job again.", error);
        }
    }
}
