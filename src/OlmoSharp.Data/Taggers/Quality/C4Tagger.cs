using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers.Quality;

/// <summary>
/// The rules of C4 (Raffel et al. 2020, arXiv 1910.10683, section 2.2) as Dolma says them: spans for lines, a document span of score 1 for what the document has.
/// Dolma's version 2 counts offsets in the lower-cased text, which shifts where lower-casing changes a length; these are always the text's own.
/// </summary>
/// <param name="javascriptInsideWords">Whether <c>javascript</c> is found inside words, as in version 2, or only as a word.</param>
/// <param name="naughtyWords">The user's list; null: nothing is said about it.</param>
internal sealed class C4Tagger(bool javascriptInsideWords, NaughtyWords? naughtyWords) : ITagger
{
    private const int NoEndingPunctuation = 0;
    private const int TooFewWords = 1;
    private const int HasNaughtyWord = 2;
    private const int HasJavascript = 3;
    private const int HasLoremIpsum = 4;
    private const int HasCurlyBrace = 5;
    private const int LineCount = 6;
    private const int MinimumWords = 3;

    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } =
    [
        "lines_with_no_ending_punctuation", "lines_with_too_few_words", "has_naughty_word", "has_javascript", "has_lorem_ipsum", "has_curly_brace", "line_count",
    ];

    /// <inheritdoc/>
    public void Tag(TaggedDocument document, TagSpans spans)
    {
        var (text, scan) = (document.Padded, document.Scan);
        for (var i = 0; i < scan.LineCount; i++)
        {
            var line = scan.Line(i);
            var end = line.CodePointEnd + (i < scan.LineCount - 1 ? 1 : 0);

            // A line without white space at its end ends with its last word; punctuation is ASCII, so its byte is no part of another character.
            if (line.WordCount == 0 || text.Span[scan.Words[line.FirstWord + line.WordCount - 1].End - 1] is not ((byte)'.' or (byte)'?' or (byte)'!' or (byte)'"'))
            {
                spans.AddCodePoints(NoEndingPunctuation, line.CodePointStart, end, 1);
            }

            if (line.WordCount < MinimumWords)
            {
                spans.AddCodePoints(TooFewWords, line.CodePointStart, end, 1);
            }
        }

        Say(HasNaughtyWord, naughtyWords?.AreIn(document) == true);
        Say(HasJavascript, AsciiSearch.Contains(text, "javascript"u8) && (javascriptInsideWords || IsJavascriptAWord(document)));
        Say(HasLoremIpsum, AsciiSearch.Contains(text, "lorem ipsum"u8));
        Say(HasCurlyBrace, text.Span.Contains((byte)'{'));
        spans.AddDocument(LineCount, scan.LineCount);

        void Say(int type, bool holds)
        {
            if (holds)
            {
                spans.AddDocument(type, 1);
            }
        }
    }

    private static bool IsJavascriptAWord(TaggedDocument document)
    {
        foreach (ref readonly var word in document.Scan.Words)
        {
            if (word.Length == "javascript".Length && System.Text.Ascii.EqualsIgnoreCase(document.Text.Slice(word.Start, word.Length), "javascript"u8))
            {
                return true;
            }
        }

        return false;
    }
}
