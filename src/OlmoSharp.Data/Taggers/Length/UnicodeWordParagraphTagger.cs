using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers.Length;

/// <summary>
/// Words of each paragraph by UAX #29, and the same number with a minus sign: Dolma's mixer could only test for at least a score, so short paragraphs
/// are dropped by their negative length.
/// </summary>
/// <param name="withEmpty">Whether paragraphs of white space alone are counted too, as 0.</param>
/// <param name="withDocument">Whether the sums are said for the document.</param>
internal sealed class UnicodeWordParagraphTagger(bool withEmpty, bool withDocument) : ITagger
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } =
        withDocument ? ["paragraph", "negative_paragraph", "document", "negative_document"] : ["paragraph", "negative_paragraph"];

    /// <inheritdoc/>
    public void Tag(TaggedDocument document, TagSpans spans)
    {
        var scan = document.Scan;
        long sum = 0;
        for (var i = 0; i < scan.ParagraphCount; i++)
        {
            var paragraph = scan.Paragraph(i);
            if (paragraph.WordCount > 0 || withEmpty)
            {
                var words = UnicodeWords.Count(WhiteSpace.Trim(document.Text[paragraph.Start..paragraph.End]));
                spans.AddCodePoints(0, paragraph.CodePointStart, paragraph.CodePointEnd, words);
                spans.AddCodePoints(1, paragraph.CodePointStart, paragraph.CodePointEnd, -words);
                sum += words;
            }
        }

        if (withDocument)
        {
            spans.AddDocument(2, sum);
            spans.AddDocument(3, -sum);
        }
    }
}
