using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Data.Classification;

/// <summary>How a classifier is trained. The defaults are fastText's, but for smaller vectors and fewer buckets.</summary>
public sealed record ClassifierTraining : IValidatableObject
{
    /// <summary>Numbers in the vector of a feature.</summary>
    [Range(1, 4096)]
    public int Dimensions { get; init; } = 16;

    /// <summary>The longest word n-gram; 1: words alone.</summary>
    [Range(1, 16)]
    public int WordNGrams { get; init; } = 2;

    /// <summary>The shortest character n-gram.</summary>
    [Range(0, 32)]
    public int MinChars { get; init; }

    /// <summary>The longest character n-gram; 0: none.</summary>
    [Range(0, 32)]
    public int MaxChars { get; init; }

    /// <summary>How many vectors the n-grams share.</summary>
    [Range(1, 1 << 28)]
    public int Buckets { get; init; } = 1 << 20;

    /// <summary>Rarer words have no vector of their own.</summary>
    [Range(1, int.MaxValue)]
    public int MinCount { get; init; } = 1;

    /// <summary>How often every text is learned from.</summary>
    [Range(1, 100_000)]
    public int Epochs { get; init; } = 5;

    /// <summary>The first step's size; it falls to 0 linearly with the words seen.</summary>
    [Range(1e-9, 100.0)]
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Decides first vectors and the order of texts.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Whether texts are made lower case.</summary>
    public bool LowerCase { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxChars < MinChars)
        {
            yield return new ValidationResult($"the longest character n-gram has {MaxChars} characters, fewer than the shortest with {MinChars}");
        }
    }

    internal ClassifierShape Shape => new()
    {
        Dimensions = Dimensions,
        WordNGrams = WordNGrams,
        MinChars = MinChars,
        MaxChars = MaxChars,
        Buckets = WordNGrams > 1 || MaxChars > 0 ? Buckets : 0,
    };
}
