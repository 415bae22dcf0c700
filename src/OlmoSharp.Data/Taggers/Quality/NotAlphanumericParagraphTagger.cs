using System.Text;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers.Quality;

/// <summary>Paragraphs of nothing but punctuation, symbols, white space and emoji; where there are none, a 0 for the document.</summary>
internal sealed class NotAlphanumericParagraphTagger : ITagger
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } = ["all_punct"];

    /// <inheritdoc/>
    public void Tag(TaggedDocument document, TagSpans spans)
    {
        var scan = document.Scan;
        var found = false;
        for (var i = 0; i < scan.ParagraphCount; i++)
        {
            var paragraph = scan.Paragraph(i);
            if (paragraph.WordCount > 0 && IsPunctuation(document.Text[paragraph.Start..paragraph.End]))
            {
                spans.AddCodePoints(0, paragraph.CodePointStart, paragraph.CodePointEnd, 1);
                found = true;
            }
        }

        if (!found)
        {
            spans.AddDocument(0, 0);
        }
    }

    private static bool IsPunctuation(ReadOnlySpan<byte> paragraph)
    {
        while (!paragraph.IsEmpty)
        {
            Rune.DecodeFromUtf8(paragraph, out var rune, out var length);
            if (!CharacterClasses.IsPunctuation(rune) && !CharacterClasses.IsSpace(rune)
                && rune.Value is not ((>= 0x1F300 and <= 0x1F64F) or (>= 0x1F680 and <= 0x1F6FF) or (>= 0x2600 and <= 0x27BF)))
            {
                return false;
            }

            paragraph = paragraph[length..];
        }

        return true;
    }
}
