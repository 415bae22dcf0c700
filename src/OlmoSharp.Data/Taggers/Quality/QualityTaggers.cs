namespace OlmoSharp.Data.Taggers.Quality;

/// <summary>The taggers of published rules for the quality of a text.</summary>
internal static class QualityTaggers
{
    private const string Gopher = "Gopher";
    private const string Dolma = "Dolma 1.5 and 1.6";
    private const string C4 = "C4";
    private const string FineWeb = "FineWeb";

    private static readonly TaggerThreshold[] GopherThresholds =
    [
        new("word_count", "< 50 or > 100000", Gopher),
        new("median_word_length", "< 3 or > 10", $"{Gopher} (there of the mean)"),
        new("symbol_to_word_ratio", "> 0.1", Gopher),
        new("fraction_of_words_with_alpha_character", "< 0.8", Gopher),
        new("required_word_count", "< 2", Gopher),
        new("fraction_of_lines_starting_with_bullet_point", "> 0.9", Gopher),
        new("fraction_of_lines_ending_with_ellipsis", "> 0.3", Gopher),
        new("fraction_of_duplicate_lines", "> 0.3", Gopher),
        new("fraction_of_characters_in_duplicate_lines", "> 0.2", Gopher),
        new("fraction_of_characters_in_duplicate_lines", "> 0.3", Dolma),
        new("fraction_of_characters_in_most_common_2grams", "> 0.20", Gopher),
        new("fraction_of_characters_in_most_common_3grams", "> 0.18", Gopher),
        new("fraction_of_characters_in_most_common_4grams", "> 0.16", Gopher),
        new("fraction_of_characters_in_duplicate_5grams", "> 0.15", Gopher),
        new("fraction_of_characters_in_duplicate_6grams", "> 0.14", Gopher),
        new("fraction_of_characters_in_duplicate_7grams", "> 0.13", Gopher),
        new("fraction_of_characters_in_duplicate_8grams", "> 0.12", Gopher),
        new("fraction_of_characters_in_duplicate_9grams", "> 0.11", Gopher),
        new("fraction_of_characters_in_duplicate_10grams", "> 0.10", Gopher),
    ];

    private static readonly TaggerThreshold[] C4Thresholds =
    [
        new("lines_with_no_ending_punctuation", "any: the line is dropped", C4),
        new("lines_with_too_few_words", "any: the line is dropped", C4),
        new("has_naughty_word", "any", C4),
        new("has_javascript", "any (C4 drops only the line)", C4),
        new("has_lorem_ipsum", "any", C4),
        new("has_curly_brace", "any", C4),
    ];

    public static IEnumerable<TaggerDescription> All =>
    [
        TaggerDescription.Of("gopher_v1", "Gopher's measures of quality and repetition", () => new GopherTagger(ignoreEmptyLines: false)) with { Thresholds = GopherThresholds },
        TaggerDescription.Of("gopher_v2", "as gopher_v1, but empty lines are no lines", () => new GopherTagger(ignoreEmptyLines: true)) with { Thresholds = GopherThresholds },
        OfC4("c4_v1", "C4's rules for lines and documents; javascript as a word", javascriptInsideWords: false),
        OfC4("c4_v2", "C4's rules for lines and documents; javascript inside words too", javascriptInsideWords: true),
        TaggerDescription.Of("fineweb_v1", "FineWeb's own measures of quality", () => new FineWebTagger()) with
        {
            Thresholds =
            [
                new("line_punctuation_ratio", "< 0.12", FineWeb),
                new("short_line_ratio", "> 0.67", FineWeb),
                new("duplicate_line_character_ratio", "> 0.01", FineWeb),
                new("newline_to_word_ratio", "> 0.3", FineWeb),
            ],
        },
        TaggerDescription.Of("not_alphanum_paragraph_v1", "paragraphs of nothing but punctuation, symbols, white space and emoji", () => new NotAlphanumericParagraphTagger()),
    ];

    private static TaggerDescription OfC4(string name, string summary, bool javascriptInsideWords) =>
        TaggerDescription.Of<C4Parameters>(name, $"{summary}; has_naughty_word is said only where naughty_words names a list", parameters =>
        {
            var words = parameters.NaughtyWords is { } path ? NaughtyWords.Load(path) : null;
            return () => new C4Tagger(javascriptInsideWords, words);
        }) with
        { Thresholds = C4Thresholds };
}
