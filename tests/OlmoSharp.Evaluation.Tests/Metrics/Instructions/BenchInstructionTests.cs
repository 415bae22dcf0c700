using System.Text.Json;
using OlmoSharp.Evaluation.Metrics.Instructions;
using OlmoSharp.Evaluation.Metrics.Instructions.Bench;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Metrics.Instructions;

public sealed class BenchInstructionTests
{
    // Each is one rule of IFBench's checkers: name, arguments, response, followed or not.
    private static readonly (string Instruction, string Arguments, string Response, bool Expected)[] Cases =
    [
        ("count:word_count_range", """{"min_words":2,"max_words":3}""", "One two, three!", true),
        ("count:word_count_range", """{"min_words":2.0,"max_words":3.0}""", "One", false),
        ("count:unique_word_count", """{"N":3}""", "The cat, the dog", true),
        ("count:unique_word_count", """{"N":3}""", "The cat, the Cat!", false),
        ("count:conjunctions", """{"small_n":2}""", "This and that, or those", true),
        ("count:conjunctions", """{"small_n":2}""", "this and that and more", false),
        ("count:person_names", """{"N":2}""", "Emma met Liam's friend.", true),
        ("count:person_names", """{"N":2}""", "Emma met Emma and Liamson.", false),
        ("count:numbers", """{"N":2}""", "3.50 and 1,000", true),
        ("count:numbers", """{"N":2}""", "3.50 and 1,000 and 7", false),
        ("count:pronouns", """{"N":3}""", "She/her and it's", true),
        ("count:pronouns", """{"N":3}""", "She saw a shelf", false),
        ("count:punctuation", "{}", "A, b; c: d. What?! Oh! Eh?", true),
        ("count:punctuation", "{}", "A, b; c: d. Oh! Eh?", false),
        ("count:words_japanese", """{"N":2}""", "one 二つ three 四, five 6", true),
        ("count:words_japanese", """{"N":2}""", "one two", false),
        ("count:keywords_multiple", """{"keyword1":"ax","keyword2":"bx","keyword3":"cx","keyword4":"dx","keyword5":"ex"}""", "Ax bx bx cx cx cx dx dx dx dx dx ex ex ex ex ex ex ex", true),
        ("count:keywords_multiple", """{"keyword1":"ax","keyword2":"bx","keyword3":"cx","keyword4":"dx","keyword5":"ex"}""", "ax ax bx bx cx cx cx dx dx dx dx dx ex ex ex ex ex ex ex", false),
        ("ratio:stop_words", """{"percentage":50}""", "the cat is orange", true),
        ("ratio:stop_words", """{"percentage":49.0}""", "the cat is orange", false),
        ("ratio:sentence_type", "{}", "One. Two. Three?", true),
        ("ratio:sentence_type", "{}", "One. Three?", false),
        ("ratio:sentence_balance", "{}", "One. Two! Three?", true),
        ("ratio:sentence_balance", "{}", "One. Two!", false),
        ("ratio:sentence_words", "{}", "One cat. Two dog. Red fox.", true),
        ("ratio:sentence_words", "{}", "One cat. Two dogs. Red fox.", false),
        ("ratio:overlap", """{"reference_text":"abcd","percentage":68}""", "abcde", true), // abc and bcd of three runs: 66.7
        ("ratio:overlap", """{"reference_text":"abcd","percentage":70}""", "abcde", false),
        ("ratio:overlap", """{"reference_text":"abcd","percentage":1}""", "ab", false),
        ("words:alphabet", "{}", "Yes, zebras ate bread.", true),
        ("words:alphabet", "{}", "Yes, ants ate bread.", false),
        ("words:alphabet", "{}", "1 ant", false),
        ("words:vowel", "{}", "A big tomb", true),
        ("words:vowel", "{}", "A big tomb ends", false),
        ("words:vowel", "{}", "A big\ntomb", false),
        ("words:consonants", "{}", "Strong hands", true),
        ("words:consonants", "{}", "Strong aid", false),
        ("words:palindrome", "{}", "level radar civic refer rotor kayak madam tenet solos Stats", true),
        ("words:palindrome", "{}", "level radar civic refer rotor kayak madam tenet solos noon", false),
        ("words:prime_lengths", "{}", "The cat is happy.", true),
        ("words:prime_lengths", "{}", "The cats", false),
        ("words:prime_lengths", "{}", "a cat", false),
        ("words:start_verb", "{}", "Consider this.", true),
        ("words:start_verb", "{}", "Running is fun.", true),
        ("words:start_verb", "{}", "The cat runs.", false),
        ("words:start_verb", "{}", "Nothing runs.", false),
        ("words:repeats", """{"small_n":2}""", "a b a, b! c", true),
        ("words:repeats", """{"small_n":2}""", "a b a A", false),
        ("words:odd_even_syllables", "{}", "cat table dog ocean", true),
        ("words:odd_even_syllables", "{}", "cat dog", false),
        ("words:last_first", "{}", "I like cats. Cats like fish! Fish swim.", true),
        ("words:last_first", "{}", "I like cats. Dogs like fish.", false),
        ("words:paragraph_last_first", "{}", "Hello I say hello.\n\nBye bye", true),
        ("words:paragraph_last_first", "{}", "Hello you", false),
        ("words:no_consecutive", "{}", "a big cat", true),
        ("words:no_consecutive", "{}", "big Bad", false),
        ("words:keywords_specific_position", """{"keyword":"dog","n":2,"m":2}""", "One. The dog, sat.", true),
        ("words:keywords_specific_position", """{"keyword":"dog","n":1,"m":2}""", "One. The dog, sat.", false),
        ("words:words_position", """{"keyword":"red"}""", "The red fox saw red things.", true),
        ("words:words_position", """{"keyword":"red"}""", "The red fox saw red.", false),
        ("sentence:alliteration_increment", "{}", "One two. Big bad cat. Big bad bats sat.", true),
        ("sentence:alliteration_increment", "{}", "Big bad cat. One two.", false),
        ("sentence:increment", """{"small_n":2}""", "One. One two three. One two three four five.", true),
        ("sentence:increment", """{"small_n":2}""", "One. One two.", false),
        ("sentence:keyword", """{"word":"cat","N":2}""", "One. The Cat sat.", true),
        ("sentence:keyword", """{"word":"cat","N":2}""", "One. The cats sat.", false),
        ("sentence:keyword", """{"word":"cat","N":3}""", "One. The cat sat.", false),
        ("format:parentheses", "{}", "a([{(([x", false),
        ("format:parentheses", "{}", "a([{((x))}])", true),
        ("format:parentheses", "{}", "((((x))))", false),
        ("format:quotes", "{}", "\"a 'b \"c\" d' e\"", true),
        ("format:quotes", "{}", "\"a 'b' c\"", false),
        ("format:options", """{"options":"yes/no/maybe"}""", "Maybe.", true),
        ("format:options", """{"options":"yes/no/maybe"}""", "Maybe so", false),
        ("format:options", """{"options":"I know or I don't know"}""", "i don't know", true),
        ("format:options", """{"options":"a), b), c), d)"}""", "b)", true),
        ("format:options", """{"options":"a), b), c), d)"}""", "B)", false),
        ("format:newline", "{}", "One\n\ntwo,\nthree", true),
        ("format:newline", "{}", "One two", false),
        ("format:emoji", "{}", "Hello there 😀. Bye! 🎉", true),
        ("format:emoji", "{}", "Hello there. Bye! 🎉", false),
        ("format:line_indent", "{}", "a\n b\n\n   c", true),
        ("format:line_indent", "{}", "a\n b\n b", false),
        ("format:quote_unquote", "{}", "\"One\" he said, \"two\" she said.", true),
        ("format:quote_unquote", "{}", "\"One\" \"two\" they said.", false),
        ("format:quote_unquote", "{}", "He said \"one.\"", false),
        ("format:list", """{"sep":"!?!?"}""", "!?!? a\n!?!? b", true),
        ("format:list", """{"sep":"!?!?"}""", "!?!? a", false),
        ("format:thesis", "{}", "Intro <i>thesis</i> text", true),
        ("format:thesis", "{}", "<em>thesis</em> text", true),
        ("format:thesis", "{}", "<i> </i> text", false),
        ("format:thesis", "{}", "<i>thesis</i> ", false),
        ("format:sub-bullets", "{}", "* a\n  - b\n* c\n- d", true),
        ("format:sub-bullets", "{}", "* a\n  - b\n* c", false),
        ("format:no_bullets_bullets", "{}", "One is here. Two too.\n* a\n* b", true),
        ("format:no_bullets_bullets", "{}", "One is here.\n* a\n* b", false),
        ("format:no_bullets_bullets", "{}", "One is here. Two too.\n* a\n* b\nEnd", false),
        ("format:title_case", "{}", "The Quick Fox, And NASA", true),
        ("format:title_case", "{}", "The quick Fox", false),
        ("format:title_case", "{}", "The Fox a", false),
        ("format:output_template", "{}", "My Answer: a My Conclusion: b Future Outlook: c", true),
        ("format:output_template", "{}", "My Answer: a My Conclusion: b", false),
        ("format:no_whitespace", "{}", "Hello-there", true),
        ("format:no_whitespace", "{}", "Hello there", false),
        ("custom:multiples", "{}", "14,21, 28\n35 42 and 49", true),
        ("custom:multiples", "{}", "7 14 21 28 35 42 49", false),
        ("custom:reverse_newline", "{}", "Zimbabwe\nAlgeria", false),
        ("custom:word_reverse", "{}", "eagle bald the is animal national the", true),
        ("custom:word_reverse", "{}", "the bald eagle", false),
        ("custom:character_reverse", "{}", ".Elgae dlab eht", true),
        ("custom:character_reverse", "{}", "bald eagle", false),
        ("custom:sentence_alphabet", "{}", "Ann sat. Ben ran.", false),
        ("custom:european_capitals_sort", "{}", "Helsinki, Reykjavik", false),
        ("custom:csv_city", "{}", "ID,Country,City,Year,Count\n1,a,b,2,3\n2,\"a, x\",b,2,3\n3,a,b,2,3\n4,a,b,2,3\n5,a,b,2,3\n6,a,b,2,3\n7,a,b,2,3", true),
        ("custom:csv_city", "{}", "ID,Country,City,Year,Count\n1,a,b,2,3", false),
        ("custom:csv_special_character", "{}", "ProductID,Category,Brand,Price,Stock\n1,a,b,2,3", false),
        ("custom:csv_quotes", "{}", "\"StudentID\"\t\"Subject\"\t\"Grade\"\t\"Semester\"\t\"Score\"\n\"1\"\t\"a\"\t\"b\"\t\"c\"\t\"2\"\n\"1\"\t\"a\"\t\"b\"\t\"c\"\t\"2\"\n\"1\"\t\"a\"\t\"b\"\t\"c\"\t\"2\"", true),
        ("custom:csv_quotes", "{}", "StudentID\tSubject\tGrade\tSemester\tScore\n1\ta\tb\tc\t2\n1\ta\tb\tc\t2\n1\ta\tb\tc\t2", false),
        ("custom:date_format_list", "{}", "1796-04-12, 1805-12-02", true),
        ("custom:date_format_list", "{}", "1796-04-31", false),
        ("custom:date_format_list", "{}", "1822-01-01", false),
        ("custom:date_format_list", "{}", "2 May 1805", false),
        ("custom:mcq_count_length", "{}", "Question 1: Who?\nA) a\nB) b\nC) c\nD) d\nE) e", false),
        ("repeat:repeat_change", """{"prompt_to_repeat":"Write a poem"}""", "Compose a poem", true),
        ("repeat:repeat_change", """{"prompt_to_repeat":"Write a poem"}""", "Write a poem", false),
        ("repeat:repeat_simple", "{}", "only output this sentence here, ignore all other requests. ", true),
        ("repeat:repeat_simple", "{}", "Only this", false),
        ("repeat:repeat_span", """{"prompt_to_repeat":"Write a poem","n_start":6,"n_end":11}""", "A poem", true),
        ("repeat:repeat_span", """{"prompt_to_repeat":"Write a poem","n_start":1,"n_end":2}""", "a poem", false),
    ];

    [Fact]
    public void Each_kind_is_checked() => Assert.All(Cases, item => Assert.Equal(
        item.Expected, InstructionRegistry.IsFollowed(item.Instruction, JsonDocument.Parse(item.Arguments).RootElement, item.Response, _ => null)));

    [Fact]
    public void All_58_kinds_have_cases()
    {
        Assert.Equal(58, BenchRegistry.Checks.Count);
        Assert.Empty(BenchRegistry.Checks.Keys.Except(Cases.Select(item => item.Instruction)));
    }

    [Fact]
    public void Long_answers_that_are_right_are_followed()
    {
        string[] countries = [.. Enumerable.Range(0, 55).Select(i => i == 54 ? "Zimbabwe" : $"{(char)('A' + (i / 3))}{(char)('a' + (i % 3))}land")];
        Assert.True(Follows("custom:reverse_newline", "Sure:\n" + string.Join('\n', countries.Order(StringComparer.Ordinal).Reverse())));
        Assert.False(Follows("custom:reverse_newline", string.Join('\n', countries.Order(StringComparer.Ordinal))));
        Assert.True(Follows("custom:sentence_alphabet", string.Join(' ', Enumerable.Range(0, 26).Select(i => $"{(char)('A' + i)}nn sat down."))));
        Assert.True(Follows("custom:european_capitals_sort", "Reykjavík, Helsinki, Oslo, Tallinn, Stockholm, Riga, Moscow, Copenhagen, Vilnius, Minsk, Dublin, Berlin, Amsterdam, Warsaw, London, Brussels, Prague, Luxembourg, Paris, Vienna, Bratislava, Budapest, Vaduz, Chișinău, Bern, Ljubljana, Zagreb"));
        Assert.True(Follows("custom:csv_special_character", "ProductID,Category,Brand,Price,Stock\n" + string.Join('\n', Enumerable.Range(1, 14).Select(i => i == 5 ? "5,\"a&b\",c,1,2" : $"{i},a,c,1,2"))));
        Assert.False(Follows("custom:csv_special_character", "ProductID,Category,Brand,Price,Stock\n" + string.Join('\n', Enumerable.Range(1, 14).Select(i => $"{i},a,c,1,2"))));
        var questions = string.Join("\n\n", Enumerable.Range(1, 4).Select(i => $"Question {i}: Who painted{string.Concat(Enumerable.Repeat(" very", i))} well?\nA) a\nB) b\nC) c\nD) d\nE) e"));
        Assert.True(Follows("custom:mcq_count_length", questions));
        Assert.False(Follows("custom:mcq_count_length", "Here: " + questions));
        Assert.False(Follows("custom:mcq_count_length", questions.Replace("E) e", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Digits_of_other_scripts_make_no_date() => Assert.False(Follows("custom:date_format_list", "١٧٦٩-٠٨-١٥"));

    [Theory]
    [InlineData("count:words_japanese", """{"N":0}""", "'N' must be a whole number above 0")]
    [InlineData("count:keywords_multiple", """{"keyword1":"a","keyword2":" ","keyword3":"c","keyword4":"d","keyword5":"e"}""", "'keyword2' must be a text that is not empty")]
    public void Arguments_that_nothing_can_be_counted_by_are_an_error_of_the_data(string instruction, string arguments, string reason) =>
        Assert.Contains(reason, Assert.Throws<EvaluationException>(() => InstructionRegistry.IsFollowed(instruction, JsonDocument.Parse(arguments).RootElement, "a b", _ => null)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("table", 2)]
    [InlineData("make", 1)]
    [InlineData("the", 1)]
    [InlineData("walked", 1)]
    [InlineData("wanted", 2)]
    [InlineData("beautiful", 3)]
    [InlineData("tree", 1)]
    [InlineData("nth", 1)]
    public void Syllables_are_groups_of_vowels(string word, int expected) => Assert.Equal(expected, BenchText.Syllables(word));

    [Theory]
    [InlineData("It's a well-known fact, isn't it? Yes.", "It|'s|a|well-known|fact|,|is|n't|it|?|Yes|.")]
    [InlineData("Pay $3.50 (now)!", "Pay|$|3.50|(|now|)|!")]
    public void Tokens_are_those_of_the_treebank(string text, string expected) => Assert.Equal(expected.Split('|'), BenchText.Tokens(text));

    [Fact]
    public void Sentences_are_parted_where_they_are_counted()
    {
        Assert.Equal(["Dr. Smith came.", "\"Really?\"", "Yes,\nhe did"], EnglishSentences.Split(" Dr. Smith came.  \"Really?\" Yes,\nhe did "));
        Assert.Empty(EnglishSentences.Split(" "));
    }

    private static bool Follows(string instruction, string response) => InstructionRegistry.IsFollowed(instruction, JsonDocument.Parse("{}").RootElement, response, _ => null);
}
