namespace OlmoSharp.Data.Taggers.Length;

/// <summary>A length of each paragraph that is not white space alone, and their sum for the document.</summary>
/// <param name="measure">Measures a paragraph, with its <c>\n</c>.</param>
internal sealed class ParagraphLengthTagger(TextMeasure measure) : ITagger
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } = ["paragraph", "document"];

    /// <inheritdoc/>
    public void Tag(TaggedDocument document, TagSpans spans)
    {
        var scan = document.Scan;
        long sum = 0;
        for (var i = 0; i < scan.ParagraphCount; i++)
        {
            var paragraph = scan.Paragraph(i);
            if (paragraph.WordCount > 0)
            {
                var length = measure(document.Text[paragraph.Start..paragraph.End]);
                spans.AddCodePoints(0, paragraph.CodePointStart, paragraph.CodePointEnd, length);
                sum += length;
            }
        }

        spans.AddDocument(1, sum);
    }
}
