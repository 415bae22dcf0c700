using OlmoSharp.Data.Deduplication.Config;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Distributed;

namespace OlmoSharp.Data.Deduplication;

/// <summary>Document files that are compared with each other, and how.</summary>
internal sealed record DedupeInput
{
    /// <summary>The config.</summary>
    public required DedupeConfig Config { get; init; }

    /// <summary>The processes among which the work is divided.</summary>
    public required IProcessGroup Group { get; init; }

    /// <summary>The document files, in order.</summary>
    public required IReadOnlyList<string> Shards { get; init; }

    /// <summary>Names the run: everything that decides which keys are duplicates.</summary>
    public required UInt128 Id { get; init; }

    /// <summary>Everything that decides the attributes.</summary>
    public required string Settings { get; init; }

    /// <summary>The outputs of each document file.</summary>
    public required IReadOnlyList<ShardTask> AttributeTasks { get; init; }

    /// <summary>The folder of what is needed only while the run goes on.</summary>
    public required string WorkFolder { get; init; }

    /// <summary>Whether lines that are no documents are set aside instead of stopping the run.</summary>
    public required bool Quarantine { get; init; }
}
