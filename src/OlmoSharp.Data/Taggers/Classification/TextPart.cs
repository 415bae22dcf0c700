namespace OlmoSharp.Data.Taggers.Classification;

/// <summary>What is scored.</summary>
internal enum TextPart
{
    /// <summary>The document.</summary>
    Document,

    /// <summary>Each paragraph that is not white space alone.</summary>
    Paragraph,

    /// <summary>Each paragraph, and the document by their scores, weighed by their lengths.</summary>
    ParagraphAndDocument,
}
