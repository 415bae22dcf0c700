namespace OlmoSharp.Data.Deduplication.Keys;

/// <summary>What a document, or a paragraph of it, has been turned into.</summary>
internal enum KeyKind : byte
{
    /// <summary>One key: all of it.</summary>
    Whole,

    /// <summary>The different n-grams of a paragraph.</summary>
    NGrams,

    /// <summary>At most one n-gram, and then all of the paragraph, which decides.</summary>
    NGramAndWhole,

    /// <summary>No key: nothing but white space.</summary>
    Empty,

    /// <summary>No key: too few code points.</summary>
    TooShort,

    /// <summary>No key: too few words.</summary>
    TooFewWords,

    /// <summary>No key: too few n-grams.</summary>
    TooFewNGrams,

    /// <summary>No key: it belongs to another partition.</summary>
    OtherPartition,

    /// <summary>No key: there are no words to compare.</summary>
    NoWords,

    /// <summary>A key for each band of a document's signature.</summary>
    Bands,
}
