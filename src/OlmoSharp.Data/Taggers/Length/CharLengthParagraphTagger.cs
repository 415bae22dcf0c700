namespace OlmoSharp.Data.Taggers.Length;

/// <summary>Code points of each paragraph that is not white space alone, and of the document.</summary>
internal sealed class CharLengthParagraphTagger : ITagger
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } = ["paragraph", "document"];

    /// <inheritdoc/>
    public void Tag(TaggedDocument document, TagSpans spans)
    {
        var scan = document.Scan;
        for (var i = 0; i < scan.ParagraphCount; i++)
        {
            var paragraph = scan.Paragraph(i);
            if (paragraph.WordCount > 0)
            {
                spans.AddCodePoints(0, paragraph.CodePointStart, paragraph.CodePointEnd, paragraph.CodePoints);
            }
        }

        spans.AddDocument(1, document.CodePoints.Count);
    }
}
