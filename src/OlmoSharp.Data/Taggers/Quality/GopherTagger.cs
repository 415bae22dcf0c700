using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers.Quality;

/// <summary>
/// The measures of Gopher's quality and repetition rules (Rae et al. 2021, arXiv 2112.11446, table A1), as Dolma takes them: words are what is between
/// white space, every copy of a repeated line or n-gram counts, and n-grams overlap.
/// </summary>
/// <param name="ignoreEmptyLines">Whether lines end at any number of <c>\n</c>, as in version 2, or at each.</param>
internal sealed class GopherTagger(bool ignoreEmptyLines) : ITagger
{
    private const int MostCommon = 0;
    private const int Duplicate = 3;
    private const int CharacterCount = 9;
    private const int WordCount = 10;
    private const int MedianWordLength = 11;
    private const int SymbolToWordRatio = 12;
    private const int WordsWithAlpha = 13;
    private const int RequiredWords = 14;
    private const int BulletLines = 15;
    private const int EllipsisLines = 16;
    private const int DuplicateLines = 17;
    private const int DuplicateLineCharacters = 18;

    private readonly NGramStatistics _ngrams = new();
    private readonly LineStatistics _lines = new(ignoreEmptyLines);
    private readonly WordLengthMedian _median = new();

    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } =
    [
        "fraction_of_characters_in_most_common_2grams",
        "fraction_of_characters_in_most_common_3grams",
        "fraction_of_characters_in_most_common_4grams",
        "fraction_of_characters_in_duplicate_5grams",
        "fraction_of_characters_in_duplicate_6grams",
        "fraction_of_characters_in_duplicate_7grams",
        "fraction_of_characters_in_duplicate_8grams",
        "fraction_of_characters_in_duplicate_9grams",
        "fraction_of_characters_in_duplicate_10grams",
        "character_count",
        "word_count",
        "median_word_length",
        "symbol_to_word_ratio",
        "fraction_of_words_with_alpha_character",
        "required_word_count",
        "fraction_of_lines_starting_with_bullet_point",
        "fraction_of_lines_ending_with_ellipsis",
        "fraction_of_duplicate_lines",
        "fraction_of_characters_in_duplicate_lines",
    ];

    /// <inheritdoc/>
    public void Tag(TaggedDocument document, TagSpans spans)
    {
        var isEmpty = document.Text.IsEmpty;
        var words = document.Scan.Words;
        var (symbols, letters, required) = (0, 0, 0);
        foreach (ref readonly var word in words)
        {
            symbols += (word.Traits & WordTraits.Symbol) != 0 ? 1 : 0;
            letters += (word.Traits & WordTraits.Letter) != 0 ? 1 : 0;
            required += word.Length is >= 2 and <= 4 && IsRequired(document.Text.Slice(word.Start, word.Length)) ? 1 : 0;
        }

        _ngrams.Measure(words);
        for (var n = 2; n <= Math.Min(words.Length, NGramStatistics.Longest); n++)
        {
            spans.AddDocument(n <= 4 ? MostCommon + n - 2 : Duplicate + n - 5, n <= 4 ? _ngrams.MostCommon(n) : _ngrams.Duplicate(n));
        }

        double wordCount = Math.Max(1, words.Length);
        spans.AddDocument(CharacterCount, document.CodePoints.Count);
        spans.AddDocument(WordCount, words.Length);
        spans.AddDocument(MedianWordLength, _median.Of(words));
        spans.AddDocument(SymbolToWordRatio, symbols / wordCount);
        spans.AddDocument(WordsWithAlpha, letters / wordCount);
        spans.AddDocument(RequiredWords, required);
        _lines.Measure(document.Padded, document.Scan);
        double lineCount = isEmpty ? 1 : _lines.Count;
        spans.AddDocument(BulletLines, isEmpty ? 0 : _lines.StartingWithBullet / lineCount);
        spans.AddDocument(EllipsisLines, isEmpty ? 0 : _lines.EndingWithEllipsis / lineCount);
        spans.AddDocument(DuplicateLines, isEmpty ? 0 : _lines.Duplicate / lineCount);
        spans.AddDocument(DuplicateLineCharacters, isEmpty ? 0 : (double)_lines.DuplicateCharacters / Math.Max(1, _ngrams.Characters));
    }

    private static bool IsRequired(ReadOnlySpan<byte> word) => word.Length switch
    {
        2 => word.SequenceEqual("be"u8) || word.SequenceEqual("to"u8) || word.SequenceEqual("of"u8),
        3 => word.SequenceEqual("the"u8) || word.SequenceEqual("and"u8),
        _ => word.SequenceEqual("that"u8) || word.SequenceEqual("have"u8) || word.SequenceEqual("with"u8),
    };
}
