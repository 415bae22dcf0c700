namespace OlmoSharp.Data.Taggers.Repetitions;

/// <summary>The variants of the taggers for repeated tokens.</summary>
internal enum TokenRepetitionVersion
{
    /// <summary>The whole text is searched; every repetition is said.</summary>
    Whole,

    /// <summary>Each paragraph is searched by itself; every repetition is said.</summary>
    Paragraphs,

    /// <summary>Parts of 100,000 code points are searched; of repetitions inside others nothing is said, nor of a document without any.</summary>
    Parts,
}
