namespace OlmoSharp.Data.Classification;

/// <summary>What a model looks at and how large it is.</summary>
internal sealed record ClassifierShape
{
    /// <summary>Numbers in the vector of a feature.</summary>
    public required int Dimensions { get; init; }

    /// <summary>The longest word n-gram; 1: words alone.</summary>
    public required int WordNGrams { get; init; }

    /// <summary>The shortest character n-gram.</summary>
    public required int MinChars { get; init; }

    /// <summary>The longest character n-gram; 0: none.</summary>
    public required int MaxChars { get; init; }

    /// <summary>How many vectors the n-grams share.</summary>
    public required int Buckets { get; init; }

    /// <summary>How scores are made.</summary>
    public ClassifierLoss Loss { get; init; } = ClassifierLoss.Softmax;

    /// <summary>Whether there are features besides words.</summary>
    public bool HasNGrams => WordNGrams > 1 || MaxChars > 0;
}
