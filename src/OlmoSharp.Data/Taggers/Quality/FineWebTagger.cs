using System.Text;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers.Quality;

/// <summary>
/// The measures of FineWeb's own quality rules (Penedo et al. 2024, arXiv 2406.17557, section 3.6), of the lines that are not white space alone. Words are those of
/// UAX #29, punctuation marks too, which comes nearest to the tokenizers FineWeb uses.
/// </summary>
internal sealed class FineWebTagger : ITagger
{
    private const int LinePunctuation = 0;
    private const int ShortLines = 1;
    private const int DuplicateCharacters = 2;
    private const int Newlines = 3;
    private const int ShortLineLength = 30;

    private readonly HashCounts _counts = new();

    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } = ["line_punctuation_ratio", "short_line_ratio", "duplicate_line_character_ratio", "newline_to_word_ratio"];

    /// <inheritdoc/>
    public void Tag(TaggedDocument document, TagSpans spans)
    {
        var (text, scan) = (document.Padded, document.Scan);
        _counts.Reset(scan.LineCount);
        var (lines, punctuated, shortLines, duplicates) = (0, 0, 0, 0L);
        for (var i = 0; i < scan.LineCount; i++)
        {
            var line = scan.Line(i);
            if (line.WordCount == 0)
            {
                continue;
            }

            lines++;
            punctuated += EndsSentence(text.Span[line.Start..line.End]) ? 1 : 0;
            shortLines += line.CodePoints <= ShortLineLength ? 1 : 0;

            // Every copy but the first.
            duplicates += _counts.Add(TextHash.Of(text, line.Start, line.End), i).Times > 1 ? line.CodePoints : 0;
        }

        var newlines = scan.LineCount - 1;
        double lineCount = Math.Max(1, lines);
        spans.AddDocument(LinePunctuation, punctuated / lineCount);
        spans.AddDocument(ShortLines, shortLines / lineCount);
        spans.AddDocument(DuplicateCharacters, (double)duplicates / Math.Max(1, document.CodePoints.Count - newlines));
        spans.AddDocument(Newlines, (double)newlines / Math.Max(1, UnicodeWords.Count(text.Span)));
    }

    private static bool EndsSentence(ReadOnlySpan<byte> line)
    {
        if (line[^1] < 0x80)
        {
            return line[^1] is (byte)'.' or (byte)'!' or (byte)'?';
        }

        Rune.DecodeLastFromUtf8(line, out var rune, out _);
        return SentenceTerminals.Contains(rune);
    }
}
