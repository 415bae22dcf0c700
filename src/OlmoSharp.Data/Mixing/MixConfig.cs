using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace OlmoSharp.Data.Mixing;

/// <summary>The config of <c>olmo data mix</c>: the keys of the Dolma toolkit, and <c>seed</c>, <c>audit</c>, <c>shuffle_memory</c>, <c>plan</c> and a stream's <c>sample</c> and <c>may_be_absent</c>.</summary>
public sealed record MixConfig
{
    /// <summary>What is mixed. Streams of the same name and output path are one output.</summary>
    public IReadOnlyList<MixStreamConfig> Streams { get; init; } = [];

    /// <summary>Where files of the work in between go; none: hidden folders in the output folders.</summary>
    public WorkDirectoryConfig? WorkDir { get; init; }

    /// <summary>How many shards are worked on at the same time.</summary>
    [Range(1, 4096)]
    public int Processes { get; init; } = 1;

    /// <summary>What becomes of order and files.</summary>
    public MixShuffle Shuffle { get; init; } = MixShuffle.True;

    /// <summary>Bytes of documents that an exact shuffle holds in memory at a time. The order does not depend on it.</summary>
    [Range(1 << 16, double.MaxValue)]
    public long ShuffleMemory { get; init; } = 1 << 30;

    /// <summary>Decides which documents are sampled, and the order of an exact shuffle.</summary>
    public long Seed { get; init; }

    /// <summary>A folder for the documents that do not get into the mix, each with the reason; none: they are only counted.</summary>
    public string? Audit { get; init; }

    /// <summary>Only says what would be done.</summary>
    [JsonPropertyName("dryrun")]
    public bool DryRun { get; init; }

    /// <summary>How much of each source a mix should hold, for <c>olmo data mix plan</c>.</summary>
    public MixPlanConfig? Plan { get; init; }
}
