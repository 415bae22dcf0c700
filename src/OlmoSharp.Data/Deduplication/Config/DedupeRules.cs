using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Data.Deduplication.Config;

/// <summary>The section <c>dedupe</c>: either <see cref="Documents"/> or <see cref="Paragraphs"/>.</summary>
public sealed record DedupeRules : IValidatableObject
{
    /// <summary>The name of the attribute set, a folder; none: the attribute's own.</summary>
    public string? Name { get; init; }

    /// <summary>Finds duplicates of whole documents.</summary>
    public DocumentDedupeConfig? Documents { get; init; }

    /// <summary>Finds duplicates of paragraphs.</summary>
    public ParagraphDedupeConfig? Paragraphs { get; init; }

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
    internal string Attribute => WithPartition((Documents?.AttributeName ?? Paragraphs?.AttributeName)!);

    /// <summary>The name of the attribute set, with the partition's number where there are several.</summary>
    internal string SetName => WithPartition(Name ?? Documents?.AttributeName ?? Paragraphs!.AttributeName);

    /// <summary>The n-grams, if paragraphs are compared by them.</summary>
    internal NGramDedupeConfig? NGrams => Paragraphs?.ByNgram is { NgramLength: > 0 } ngrams ? ngrams : null;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Documents is null == Paragraphs is null)
        {
            yield return new(Documents is null ? "needs documents or paragraphs: what shall be compared?" : "has both documents and paragraphs; remove one and run it as a job of its own");
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

        if (Name is { } name && (name.Length == 0 || name is "." or ".." || name.AsSpan().ContainsAny('/', '\\', '\0')))
        {
            yield return new("must be a folder's name", [nameof(Name)]);
        }
    }

    private string WithPartition(string name) => NumPartitions > 1 ? $"{name}_{PartitionIndex}" : name;
}
