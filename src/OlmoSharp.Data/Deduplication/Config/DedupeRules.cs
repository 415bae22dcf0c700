using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace OlmoSharp.Data.Deduplication.Config;

/// <summary>The section <c>dedupe</c>: one of <see cref="Documents"/>, <see cref="Paragraphs"/>, and, which are ours, <see cref="MinHash"/> and <see cref="Substring"/>.</summary>
public sealed record DedupeRules : IValidatableObject
{
    /// <summary>The name of the attribute set, a folder; none: the attribute's own.</summary>
    public string? Name { get; init; }

    /// <summary>Finds duplicates of whole documents.</summary>
    public DocumentDedupeConfig? Documents { get; init; }

    /// <summary>Finds duplicates of paragraphs.</summary>
    public ParagraphDedupeConfig? Paragraphs { get; init; }

    /// <summary>Finds documents that are nearly the same.</summary>
    [JsonPropertyName("minhash")]
    public MinHashDedupeConfig? MinHash { get; init; }

    /// <summary>Finds parts of texts that are the same.</summary>
    public SubstringDedupeConfig? Substring { get; init; }

    /// <summary>Whether keys of nothing but white space are passed over.</summary>
    public bool SkipEmpty { get; init; }

    /// <summary>Keys with fewer code points are passed over.</summary>
    [Range(0, int.MaxValue)]
    public int MinLength { get; init; }

    /// <summary>Keys with fewer words are passed over (UAX #29, without white space).</summary>
    [Range(0, int.MaxValue)]
    public int MinWords { get; init; }

    /// <summary>Into how many runs the keys, or the files, are divided.</summary>
    [Range(1, int.MaxValue)]
    public int NumPartitions { get; init; } = 1;

    /// <summary>Which of those this run is.</summary>
    [Range(0, int.MaxValue)]
    public int PartitionIndex { get; init; }

    /// <summary>Whether the files are divided, not the keys.</summary>
    public bool FilePartition { get; init; }

    /// <summary>The name of the folder that holds the documents.</summary>
    public string DocumentDir { get; init; } = "documents";

    /// <summary>The name of the attribute, with the partition's number where there are several.</summary>
    internal string Attribute => WithPartition(AttributeName);

    /// <summary>The name of the attribute set, with the partition's number where there are several.</summary>
    internal string SetName => WithPartition(Name ?? AttributeName);

    /// <summary>The n-grams, if paragraphs are compared by them.</summary>
    internal NGramDedupeConfig? NGrams => Paragraphs?.ByNgram is { NgramLength: > 0 } ngrams ? ngrams : null;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        string[] ways = [.. Ways.Where(way => way.Attribute is not null).Select(way => way.Key)];
        if (ways.Length == 0)
        {
            yield return new($"needs {string.Join(" or ", Ways.Select(way => way.Key))}: what shall be compared?");
        }
        else if (ways.Length > 1)
        {
            yield return new($"has {string.Join(" and ", ways)}; keep one, and run the other as a job of its own");
        }

        if (PartitionIndex >= NumPartitions)
        {
            yield return new($"must be less than num_partitions, {NumPartitions}", [nameof(PartitionIndex)]);
        }

        if (NumPartitions > 1 && !FilePartition && NGrams is not null)
        {
            yield return new(
                "does not go with by_ngram, whose overlap needs all n-grams of a paragraph; remove it: memory is bounded by memory_in_bytes instead", [nameof(NumPartitions)]);
        }

        if (NumPartitions > 1 && !FilePartition && (MinHash is not null || Substring is not null))
        {
            yield return new($"does not go with {ways[0]}, which needs all documents; remove it: memory is bounded by memory_in_bytes instead", [nameof(NumPartitions)]);
        }

        if (Substring is not null && (SkipEmpty || MinLength > 0 || MinWords > 0))
        {
            yield return new("does not go with substring, which has min_words of its own; remove it", [SkipEmpty ? nameof(SkipEmpty) : MinLength > 0 ? nameof(MinLength) : nameof(MinWords)]);
        }

        if (Name is { } name && (name.Length == 0 || name is "." or ".." || name.AsSpan().ContainsAny('/', '\\', '\0')))
        {
            yield return new("must be a folder's name", [nameof(Name)]);
        }
    }

    private IEnumerable<(string Key, string? Attribute)> Ways =>
        [("documents", Documents?.AttributeName), ("paragraphs", Paragraphs?.AttributeName), ("minhash", MinHash?.AttributeName), ("substring", Substring?.AttributeName)];

    private string AttributeName => Ways.First(way => way.Attribute is not null).Attribute!;

    private string WithPartition(string name) => NumPartitions > 1 ? $"{name}_{PartitionIndex}" : name;
}
