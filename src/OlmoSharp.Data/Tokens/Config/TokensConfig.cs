using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Mixing;
using OlmoSharp.Data.Shards;

namespace OlmoSharp.Data.Tokens.Config;

/// <summary>
/// The config of <c>olmo data tokens</c>: the keys of the Dolma toolkit, and <see cref="Shuffle"/>, <see cref="MemoryInBytes"/> and <see cref="FillInTheMiddle"/>, which are ours.
/// </summary>
public sealed record TokensConfig : IValidatableObject
{
    /// <summary>Document files: paths, folders or patterns.</summary>
    [MinLength(1)]
    [OneOrMany]
    public required IReadOnlyList<string> Documents { get; init; }

    /// <summary>The folder of the shards.</summary>
    [MinLength(1)]
    public required string Destination { get; init; }

    /// <summary>What encodes.</summary>
    public required TokenizerConfig Tokenizer { get; init; }

    /// <summary>How many shards are worked on at the same time.</summary>
    [Range(1, 4096)]
    public int Processes { get; init; } = 1;

    /// <summary>Tokens in a shard, at most; a longer document is a shard of its own, whole.</summary>
    [Range(1, double.MaxValue)]
    public long MaxSize { get; init; } = TokenShardWriter.DefaultMaxTokensPerShard;

    /// <summary>How a token is stored; none: in 16 bits where the vocabulary allows.</summary>
    public TokenType? Dtype { get; init; }

    /// <summary>Decides the order of the documents, and what is rewritten for filling in the middle.</summary>
    public long Seed { get; init; } = 3920;

    /// <summary>Whether all documents are brought in a random order; else they stay in the ordinal order of their files.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Bytes of tokens that are held in memory while they are brought in order, all threads together. The order does not depend on it.</summary>
    [Range(1 << 20, double.MaxValue)]
    public long MemoryInBytes { get; init; } = 1L << 30;

    /// <summary>Rewrites a share of the documents so that a model learns to fill in the middle; none: nothing is rewritten.</summary>
    public FillInTheMiddleConfig? FillInTheMiddle { get; init; }

    /// <summary>Where text and id stand in a document.</summary>
    public TokensFieldsConfig Fields { get; init; } = new();

    /// <summary>Where encoded documents lie until the job is done, on a disk that all processes share (<c>output</c>); none: a hidden folder of the destination.</summary>
    public WorkDirectoryConfig? WorkDir { get; init; }

    /// <summary>Works on one shard at a time, whatever <see cref="Processes"/> says.</summary>
    public bool Debug { get; init; }

    /// <summary>Only says what would be done.</summary>
    [JsonPropertyName("dryrun")]
    public bool DryRun { get; init; }

    /// <summary>How many files a process of Dolma takes; the order here comes of all files, so it decides nothing.</summary>
    public int? FilesPerProcess { get; init; }

    /// <summary>How many documents Dolma shuffles at a time; the order here is that of all documents, so it decides nothing.</summary>
    public int BatchSize { get; init; } = 10_000;

    /// <summary>How many files Dolma reads by turns; the order here is that of all documents, so it decides nothing.</summary>
    public int RingSize { get; init; } = 8;

    /// <summary>Whether Dolma reads larger files more often; the order here is that of all documents, so it decides nothing.</summary>
    public bool SampleRingProp { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Destination.Contains("://", StringComparison.Ordinal))
        {
            yield return new($"{Destination} is not on this machine; write to a folder here and copy it afterwards", [nameof(Destination)]);
        }

        if (Fields != new TokensFieldsConfig())
        {
            yield return new("documents have their text in \"text\" and their id in \"id\", both strings; rename the fields and remove the key", [nameof(Fields)]);
        }
    }
}
