using System.Text.Json;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Jobs;

/// <summary>
/// What a finished task says of itself, in <c>.manifest/NAME.json</c> beside its first output: the task need not run again while inputs, settings and
/// outputs are as they were. It holds no time, path or machine, so that equal work gives equal bytes.
/// </summary>
public sealed record TaskManifest
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The job's name, such as <c>tag</c>.</summary>
    public required string Job { get; init; }

    /// <summary>XXH128 of everything but the inputs that decides the outputs.</summary>
    public required string Settings { get; init; }

    /// <summary>The files read.</summary>
    public required IReadOnlyList<FileRecord> Inputs { get; init; }

    /// <summary>The files written.</summary>
    public required IReadOnlyList<FileRecord> Outputs { get; init; }

    /// <summary>What was counted, such as <c>documents</c>, in ordinal order of the names.</summary>
    public required SortedDictionary<string, long> Counts { get; init; }

    internal static string PathOf(ShardTask task) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(task.Outputs[0]))!, ".manifest", Path.GetFileName(task.Outputs[0]) + ".json");

    /// <summary>Reads the manifest of a task, or null where there is none.</summary>
    /// <exception cref="DataException">It is damaged.</exception>
    internal static TaskManifest? Load(ShardTask task)
    {
        var path = PathOf(task);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<TaskManifest>(File.ReadAllBytes(path), Json) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new DataException($"{path}: cannot be read: {error.Message} Delete it, and the shard is made again.", error);
        }
    }

    internal void Save(ShardTask task, bool flushToDisk)
    {
        using var file = new AtomicFile(PathOf(task));
        file.Stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(this, Json), (byte)'\n']);
        file.Complete(flushToDisk);
    }

    /// <summary>Whether this is the manifest that the task would get if it ran again, and its outputs are there unharmed.</summary>
    internal bool Covers(string job, string settings, IReadOnlyList<FileRecord> inputs, ShardTask task) =>
        Job == job && Settings == settings && Inputs.SequenceEqual(inputs)
        && task.Outputs.Select(Path.GetFileName).SequenceEqual(Outputs.Select(output => output.Name))
        && task.Outputs.Zip(Outputs).All(pair => File.Exists(pair.First) && FileRecord.Of(pair.First) == pair.Second);
}
