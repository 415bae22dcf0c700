using System.Text.Json;
using OlmoSharp.Evaluation.Metrics.Instructions;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Metrics.Instructions;

public sealed class InstructionFollowingTests
{
    // Each line is one rule of the published checkers: name, arguments, response, followed or not.
    [Theory]
    [InlineData("keywords:existence", """{"keywords":["cat","dog"]}""", "Cats and DOGS", true)]
    [InlineData("keywords:existence", """{"keywords":["cat","dog"]}""", "Cats", false)]
    [InlineData("keywords:frequency", """{"keyword":"the","frequency":2,"relation":"at least"}""", "The other", true)] // "other" holds "the"
    [InlineData("keywords:frequency", """{"keyword":"the","frequency":2,"relation":"less than"}""", "The other", false)]
    [InlineData("keywords:forbidden_words", """{"forbidden_words":["cat"]}""", "concatenate", true)]
    [InlineData("keywords:forbidden_words", """{"forbidden_words":["cat"]}""", "a CAT!", false)]
    [InlineData("keywords:letter_frequency", """{"letter":"E","let_frequency":3,"let_relation":"at least"}""", "Eel be", true)]
    [InlineData("keywords:letter_frequency", """{"letter":"e","let_frequency":3,"let_relation":"less than"}""", "Eel be", false)]
    [InlineData("keywords:letter_frequency", """{"letter":"#","let_frequency":2,"let_relation":"at least"}""", "## x", true)]
    [InlineData("language:response_language", """{"language":"xx"}""", "text", true)] // the test's own identifier says xx
    [InlineData("language:response_language", """{"language":"de"}""", "text", false)]
    [InlineData("language:response_language", """{"language":"de"}""", "?", true)] // cannot be told
    [InlineData("length_constraints:number_sentences", """{"num_sentences":2,"relation":"at least"}""", "One. Two", true)]
    [InlineData("length_constraints:number_sentences", """{"num_sentences":2,"relation":"less than"}""", "One. Two", false)]
    [InlineData("length_constraints:number_paragraphs", """{"num_paragraphs":2}""", "a\n***\nb\n***\n", true)]
    [InlineData("length_constraints:number_paragraphs", """{"num_paragraphs":2}""", "a\n***\n\n***\nb", false)]
    [InlineData("length_constraints:number_paragraphs", """{"num_paragraphs":1}""", "a\n\nb", true)]
    [InlineData("length_constraints:number_words", """{"num_words":4,"relation":"at least"}""", "don't go-away", true)] // don, t, go, away
    [InlineData("length_constraints:number_words", """{"num_words":4,"relation":"less than"}""", "don't go-away", false)]
    [InlineData("length_constraints:nth_paragraph_first_word", """{"num_paragraphs":2,"nth_paragraph":2,"first_word":"hello"}""", "a\n\n\"Hello, you\"", true)]
    [InlineData("length_constraints:nth_paragraph_first_word", """{"num_paragraphs":2,"nth_paragraph":2,"first_word":"hello"}""", "a\n\nOh\n\nhello", false)]
    [InlineData("length_constraints:nth_paragraph_first_word", """{"num_paragraphs":2,"nth_paragraph":2,"first_word":"b"}""", "a\n\n\n\nb", false)] // an empty paragraph takes a number
    [InlineData("detectable_content:number_placeholders", """{"num_placeholders":2}""", "[name] at [place]", true)]
    [InlineData("detectable_content:number_placeholders", """{"num_placeholders":3}""", "[name] at [place]", false)]
    [InlineData("detectable_content:postscript", """{"postscript_marker":"P.S."}""", "Bye\np. s. more", true)]
    [InlineData("detectable_content:postscript", """{"postscript_marker":"P.P.S"}""", "Bye\nP.P.S more", true)]
    [InlineData("detectable_content:postscript", """{"postscript_marker":"P.P.S"}""", "Bye\nP.S. more", false)]
    [InlineData("detectable_format:number_bullet_lists", """{"num_bullets":3}""", "* one\n  * two\n- three\n**bold**", true)]
    [InlineData("detectable_format:number_bullet_lists", """{"num_bullets":1}""", "* one\n* two", false)]
    [InlineData("detectable_format:constrained_response", "{}", "Well. My answer is maybe.", true)]
    [InlineData("detectable_format:constrained_response", "{}", "My answer is Yes.", false)]
    [InlineData("detectable_format:number_highlighted_sections", """{"num_highlights":3}""", "*a* and **b** and *c d*", true)]
    [InlineData("detectable_format:number_highlighted_sections", """{"num_highlights":1}""", "* * and **\n**", false)]
    [InlineData("detectable_format:multiple_sections", """{"num_sections":2,"section_spliter":"Section"}""", "Section 1\nx\nSection 2\ny", true)]
    [InlineData("detectable_format:multiple_sections", """{"num_sections":2,"section_spliter":"SECTION"}""", "Section 1\nx\nSection 2\ny", false)]
    [InlineData("detectable_format:json_format", "{}", "```json\n{\"a\": [1, 2]}\n```", true)]
    [InlineData("detectable_format:json_format", "{}", "{\"a\": 1,}", false)]
    [InlineData("detectable_format:json_format", "{}", "Here: {}", false)]
    [InlineData("detectable_format:title", "{}", "<<Joy>>\ntext", true)]
    [InlineData("detectable_format:title", "{}", "<< >>", false)]
    [InlineData("combination:two_responses", "{}", "a******b", true)]
    [InlineData("combination:two_responses", "{}", "******\na\n******\nb\n******", true)]
    [InlineData("combination:two_responses", "{}", "a******a", false)]
    [InlineData("combination:two_responses", "{}", "a************b", false)]
    [InlineData("combination:repeat_prompt", """{"prompt_to_repeat":"Say it. "}""", " SAY IT. Said.", true)]
    [InlineData("combination:repeat_prompt", """{"prompt_to_repeat":"Say it."}""", "It is said.", false)]
    [InlineData("startend:end_checker", """{"end_phrase":"Any other questions?"}""", "So. \"any other Questions?\" ", true)]
    [InlineData("startend:end_checker", """{"end_phrase":"Bye."}""", "Bye. Or not", false)]
    [InlineData("startend:quotation", "{}", " \"all of it\"\n", true)]
    [InlineData("startend:quotation", "{}", "\"", false)]
    [InlineData("change_case:capital_word_frequency", """{"capital_frequency":3,"capital_relation":"less than"}""", "NASA and U.S.A. know", true)]
    [InlineData("change_case:capital_word_frequency", """{"capital_frequency":2,"capital_relation":"at least"}""", "DON'T go", true)] // DO and N'T
    [InlineData("change_case:english_capital", "{}", "X1, XY!", false)] // not English by the test's identifier
    [InlineData("change_case:english_capital", "{}", "ENGLISH 1", true)]
    [InlineData("change_case:english_capital", "{}", "ENGLISh", false)]
    [InlineData("change_case:english_lowercase", "{}", "english é", true)]
    [InlineData("change_case:english_lowercase", "{}", "English", false)]
    [InlineData("punctuation:no_comma", "{}", "none; here", true)]
    [InlineData("punctuation:no_comma", "{}", "one, here", false)]
    [InlineData("punctuation:no_comma", "{}", " \n", false)] // blank responses follow nothing
    public void Each_kind_of_instruction_is_checked(string instruction, string arguments, string response, bool expected) =>
        Assert.Equal(expected, InstructionRegistry.IsFollowed(instruction, Json(arguments), response, Language));

    [Fact]
    public void There_are_twenty_five_kinds() => Assert.Equal(25, InstructionRegistry.Names.Count);

    [Fact]
    public void Loose_checks_look_at_variants_of_the_response()
    {
        // Strictly the comma of the first line counts, and the stars hide the quotation marks; without the first line and the stars both hold, though not in one variant with the title.
        var score = Score(["punctuation:no_comma", "startend:quotation", "detectable_format:title"], ["{}", "{}", "{}"], "Sure, here\n*\"text\"*");
        Assert.Equal([false, false, false], score.Strict);
        Assert.Equal([true, true, false], score.Loose);
    }

    [Fact]
    public void Prompts_and_instructions_are_averaged_apart()
    {
        var all = InstructionFollowingScore.Average(
        [
            Score(["punctuation:no_comma"], ["{}"], "none"),
            Score(["punctuation:no_comma", "detectable_format:title", "startend:quotation"], ["{}", "{}", "{}"], "none"),
        ]);
        Assert.Equal(0.5, all["prompt_level_strict_acc"]);
        Assert.Equal(0.5, all["inst_level_strict_acc"]); // two of four
        Assert.Equal(0.5, all["prompt_level_loose_acc"]);
        Assert.Throws<EvaluationException>(() => InstructionFollowingScore.Average([]));
    }

    [Theory]
    [InlineData("keywords:existance", "{}", "keywords:existence")]
    [InlineData("keywords:existence", "{}", "'keywords'")]
    [InlineData("keywords:frequency", """{"keyword":"a","frequency":1.5,"relation":"at least"}""", "'frequency'")]
    [InlineData("keywords:frequency", """{"keyword":"a","frequency":1,"relation":"at most"}""", "at most")]
    [InlineData("keywords:existence", """{"keywords":["(a"]}""", "(a")]
    public void Data_that_does_not_fit_is_named(string instruction, string arguments, string message) =>
        Assert.Contains(message, Assert.Throws<EvaluationException>(() => InstructionRegistry.IsFollowed(instruction, Json(arguments), "text", Language)).Message);

    [Fact]
    public void As_many_arguments_as_instructions() => Assert.Throws<EvaluationException>(() => Score(["punctuation:no_comma"], [], "x"));

    [Theory]
    [InlineData("", 0)]
    [InlineData("No end", 1)]
    [InlineData("One. Two! Three? Four", 4)]
    [InlineData("Dr. Smith met Mr. J. R. Brown at 5 p.m. on Jan. 3. They talked.", 2)]
    [InlineData("It costs $3.50. e.g. this one. \"Really?\" she said.", 4)]
    [InlineData("Wait... what? Yes... No.", 3)]
    [InlineData("He lives in the U.S. The rest is far.", 2)]
    [InlineData("Go (now.) Then stay.", 2)]
    [InlineData("See fig. 3 of vol. 2.", 1)]
    public void Sentences_are_counted(string text, int expected) => Assert.Equal(expected, EnglishSentences.Count(text));

    [Theory]
    [InlineData("NASA/ESA, X-RAY (FBI) a B2B", 4)]
    [InlineData("I'M SURE IT'S HERS", 6)]
    [InlineData("CANNOT", 2)]
    [InlineData("A--B;C&D", 4)]
    [InlineData("HTTP:X 3:00PM Mixed", 3)]
    public void Capital_words_are_those_of_the_treebank(string text, int expected) => Assert.Equal(expected, CaseInstructions.CountCapitalWords(text));

    [Theory]
    [InlineData("ನಮಸ್ಕಾರ, ಹೇಗಿದ್ದೀರಿ?", "kn")]
    [InlineData("ਸਤ ਸ੍ਰੀ ਅਕਾਲ ਜੀ", "pa")]
    [InlineData("สวัสดีครับ", "th")]
    [InlineData("यह एक किताब है और वह मेज पर है", "hi")]
    [InlineData("हे एक पुस्तक आहे आणि ते टेबलावर आहे", "mr")]
    [InlineData("यो एउटा किताब हो र यो टेबलमा छ", "ne")]
    [InlineData("This is English", null)]
    [InlineData("one word ನಮ in Kannada", null)]
    [InlineData("123", null)]
    public void Scripts_of_one_language_tell_it(string text, string? expected) => Assert.Equal(expected, ScriptLanguage.Of(text));

    private static string? Language(string text) => text == "?" ? null : text.StartsWith("english", StringComparison.OrdinalIgnoreCase) ? "en" : "xx";

    private static InstructionFollowingScore Score(string[] instructions, string[] arguments, string response) =>
        InstructionFollowingScore.Of(instructions, [.. arguments.Select(Json)], response, Language);

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
