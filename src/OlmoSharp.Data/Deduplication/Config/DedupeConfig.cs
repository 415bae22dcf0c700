using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Data.Deduplication.Config;

/// <summary>
/// The config of <c>olmo data dedupe</c>: the keys of the Dolma toolkit, and <see cref="Exact"/>, <see cref="Audit"/> and <see cref="MemoryInBytes"/>, which are ours.
/// </summary>
public sealed record DedupeConfig : IValidatableObject
{
    /// <summary>Document files: paths, folders or patterns. Their ordinal order is the order in which the first occurrence of a key is kept.</summary>
    [MinLength(1)]
    [OneOrMany]
    public required IReadOnlyList<string> Documents { get; init; }

    /// <summary>What is a duplicate, and how it is called.</summary>
    public required DedupeRules Dedupe { get; init; }

    /// <summary>The Bloom filter; none: keys are compared exactly, by 128-bit hashes.</summary>
    public BloomFilterConfig? BloomFilter { get; init; }

    /// <summary>How many shards are worked on at the same time.</summary>
    [Range(1, 4096)]
    public int Processes { get; init; } = 1;

    /// <summary>Where intermediate files go.</summary>
    public DedupeWorkFolders? WorkDir { get; init; }

    /// <summary>Takes the place of what file extensions say of compression; not supported but for empty values.</summary>
    public DedupeCompression? Compression { get; init; }

    /// <summary>Whether the files lie in a mounted S3 bucket; not supported but for false.</summary>
    [JsonPropertyName("is_s3_volume")]
    public bool IsS3Volume { get; init; }

    /// <summary>Only says what would be done.</summary>
    [JsonPropertyName("dryrun")]
    public bool DryRun { get; init; }

    /// <summary>Whether keys are compared exactly instead of through a Bloom filter; if nothing is said, where there is no <see cref="BloomFilter"/>.</summary>
    public bool? Exact { get; init; }

    /// <summary>A folder for what was found to be a duplicate: a file for each document file; none: nothing is written.</summary>
    public string? Audit { get; init; }

    /// <summary>
    /// Bytes that the tables of exact comparison may take, all threads together. A smaller bound means more passes over the hashes, not another result. The clusters of <c>minhash</c>
    /// must fit: 8 bytes for every document, 16 where the longest is kept. For <c>substring</c> it decides into how many parts the texts are divided: 32 bytes are taken for every word of a part.
    /// </summary>
    [Range(1 << 20, double.MaxValue)]
    public long MemoryInBytes { get; init; } = 2L << 30;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (BloomFilter is not null && Exact == true)
        {
            yield return new("there is a bloom_filter as well; remove one of the two", [nameof(Exact)]);
        }

        if (BloomFilter is null && Exact == false)
        {
            yield return new("there is no bloom_filter; add one, or remove this key", [nameof(Exact)]);
        }

        if (Dedupe.Documents is null && Dedupe.Paragraphs is null && (BloomFilter is not null || Exact is not null))
        {
            yield return new("is for duplicates of documents and paragraphs; remove it", [BloomFilter is not null ? nameof(BloomFilter) : nameof(Exact)]);
        }

        if (Compression is { Input: not null } or { Output: not null })
        {
            yield return new("is not supported: a file's extension (.gz, .zst or none) says how it is compressed, and attributes take that of their documents; remove the key", [nameof(Compression)]);
        }

        if (IsS3Volume)
        {
            yield return new("is not supported: files are renamed when they are whole, which such a volume cannot do; copy the files to a disk and remove the key", [nameof(IsS3Volume)]);
        }
    }
}
