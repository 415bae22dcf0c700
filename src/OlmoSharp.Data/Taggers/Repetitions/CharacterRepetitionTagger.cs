namespace OlmoSharp.Data.Taggers.Repetitions;

/// <summary>Repeated groups of characters: see <see cref="CharacterRepetitions"/>.</summary>
/// <param name="inParagraphs">Whether each paragraph is searched by itself.</param>
internal sealed class CharacterRepetitionTagger(bool inParagraphs) : ITagger
{
    private readonly CharacterRepetitions _repetitions = new();
    private readonly List<Repetition> _found = [];

    /// <inheritdoc/>
    public IReadOnlyList<string> Types => RepetitionSpans.Types;

    /// <inheritdoc/>
    public void Tag(TaggedDocument document, TagSpans spans)
    {
        _found.Clear();
        var scan = document.Scan;
        if (inParagraphs)
        {
            for (var i = 0; i < scan.ParagraphCount; i++)
            {
                var paragraph = scan.Paragraph(i);
                _repetitions.Find(
                    document.Padded, scan.Words.Slice(paragraph.FirstWord, paragraph.WordCount), paragraph.Start, paragraph.End, paragraph.End - paragraph.Start, _found);
            }
        }
        else
        {
            var longestLine = 0;
            for (var i = 0; i < scan.LineCount; i++)
            {
                var line = scan.Line(i);
                longestLine = Math.Max(longestLine, line.End - line.Start);
            }

            _repetitions.Find(document.Padded, scan.Words, 0, document.Text.Length, longestLine, _found);
        }

        RepetitionSpans.Say(document, _found, spans, evenIfNone: true);
    }
}
