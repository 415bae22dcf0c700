using System.ComponentModel.DataAnnotations;
using OlmoSharp.Data.Deduplication.Bloom;

namespace OlmoSharp.Data.Deduplication.Config;

/// <summary>The section <c>bloom_filter</c>.</summary>
public sealed record BloomFilterConfig : IValidatableObject
{
    /// <summary>The filter's file: read if it is there, written when the job is done.</summary>
    [MinLength(1)]
    public required string File { get; init; }

    /// <summary>Whether keys are only looked up.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>The filter's size; 0: it follows from the estimate and the rate.</summary>
    [Range(0, double.MaxValue)]
    public long SizeInBytes { get; init; }

    /// <summary>How many different keys will be added; 0: not known.</summary>
    [Range(0, double.MaxValue)]
    public long EstimatedDocCount { get; init; }

    /// <summary>The highest false-positive rate that is allowed once the job is done; 0: nothing is said.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double DesiredFalsePositiveRate { get; init; }

    /// <summary>The seed of the hash of keys; ours, Dolma's seeds are random.</summary>
    public ulong Seed { get; init; }

    /// <summary>The parameters that are asked for; null where only an existing file can give them.</summary>
    internal BloomParameters? Parameters =>
        SizeInBytes > 0 ? BloomParameters.ForSize(SizeInBytes, NullIfZero(EstimatedDocCount), DesiredFalsePositiveRate > 0 ? DesiredFalsePositiveRate : null) with { Seed = Seed }
        : EstimatedDocCount > 0 && DesiredFalsePositiveRate > 0 ? BloomParameters.For(EstimatedDocCount, DesiredFalsePositiveRate) with { Seed = Seed }
        : null;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (File.Contains("://", StringComparison.Ordinal))
        {
            yield return new("only files of this machine can be read and written; fetch it first", [nameof(File)]);
        }
        else if (Path.GetExtension(File) is ".gz" or ".zst")
        {
            yield return new("a Bloom filter is not compressed; give the file another extension", [nameof(File)]);
        }

        if (SizeInBytes is > 0 and < 8)
        {
            yield return new("must be at least 8", [nameof(SizeInBytes)]);
        }

        if (SizeInBytes == 0 && EstimatedDocCount > 0 != DesiredFalsePositiveRate > 0)
        {
            yield return new("needs size_in_bytes, or both estimated_doc_count and desired_false_positive_rate");
        }
    }

    private static long? NullIfZero(long value) => value > 0 ? value : null;
}
