using System.Text.RegularExpressions;
using CsCheck;
using OlmoSharp.Data.Attributes;
using Xunit;

namespace OlmoSharp.Data.Tests.Taggers.Pii;

public sealed partial class PiiTaggerTests
{
    private const string Fast = "pii_regex_with_counts_fast_v2";

    // Python's white space, which is not .NET's.
    private const string Space = @"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Int[0, Parts.Length - 1].Array[0, 40].Select(parts => string.Concat(parts.Select(part => Parts[part]))),
        Gen.Char["ab@.,( \n\u2003é1"].Array[0, 30].Select(characters => new string(characters)),
        Gen.Char["12 (-.)5\n\u00a0é"].Array[0, 40].Select(characters => new string(characters)),
        Gen.Char["1259. "].Array[0, 40].Select(characters => new string(characters)));

    private static string[] Parts => ["a@b.org", "@", "mail me: ", ".", ",", "(", ") ", " ", "\n", "\u3000", "é", "漢字@例.jp", "x@y", " 555-123-4567", " (555) 123 4567", "10.0.0.1", "1.2.3.4.5", "256.1.1.999", "🦙", "12"];

    [Fact]
    public void Finds_what_the_expressions_of_Dolma_find() => Text.Sample(text =>
    {
        List<AttributeSpan> emails = [], phones = [], addresses = [];
        foreach (var (start, _, paragraph) in NaiveText.Paragraphs(text))
        {
            Add(emails, Email().Matches(paragraph).Where(match => match.Groups[1].Value.Split('@', 2) is var parts && parts[0] != "(" && parts[1].Contains('.')));
            Add(phones, Phone().Matches(paragraph));
            Add(addresses, Address().Matches(paragraph));

            void Add(List<AttributeSpan> spans, IEnumerable<Match> matches) => spans.AddRange(matches.Select(match => new AttributeSpan(
                start + NaiveText.Length(paragraph[..match.Index]), start + NaiveText.Length(paragraph[..(match.Index + match.Length)]), 1)));
        }

        var said = TaggerRun.Of(Fast).Tag(text);
        Assert.Equal(emails, said.GetValueOrDefault("EMAIL_ADDRESS", []));
        Assert.Equal(phones, said.GetValueOrDefault("PHONE_NUMBER", []));
        Assert.Equal(addresses, said.GetValueOrDefault("IP_ADDRESS", []));
        AttributeSpan[] all = [.. emails, .. phones, .. addresses];
        Assert.Equal(NaiveText.Document(text, all.Length), said["doc_count"]);
        Assert.Equal(NaiveText.Document(text, text.Length == 0 ? -1 : all.Sum(span => (double)span.End - span.Start) / NaiveText.Length(text)), said["doc_frac"]);
    }, iter: 20_000, threads: 1);

    // In Dolma the span of the whole text is among those that are added up.
    [Fact]
    public void The_fraction_of_a_document_does_not_include_the_span_of_its_count() =>
        Assert.Equal(0.3, TaggerRun.Of(Fast).Value("a@b.c is my address.", "doc_frac"), 5);

    // Dolma's expression for URLs begins with a backspace instead of a word boundary, so it never matches.
    [Theory]
    [InlineData("see http://10.0.0.1/index now", false)]
    [InlineData("see HTTPS://x.org?from=10.0.0.1 now", false)]
    [InlineData("see www2.example.org:80/10.0.0.1", false)]
    [InlineData("see example.org/10.0.0.1", false)]
    [InlineData("see (http://x.org) 10.0.0.1", true)]
    [InlineData("see 10.0.0.1/24 now", true)]
    [InlineData("see awww.10.0.0.1 now", true)]
    public void An_address_inside_a_URL_is_left_out(string text, bool isFound) =>
        Assert.Equal(isFound, TaggerRun.Of(Fast).Tag(text).ContainsKey("IP_ADDRESS"));

    [Theory]
    [InlineData("call 555-123-4567 or http://x.org/", true)]
    [InlineData("call 555.123.4567.example.com/now", false)]
    public void A_telephone_number_is_left_out_inside_a_URL_and_not_beside_one(string text, bool isFound) =>
        Assert.Equal(isFound, TaggerRun.Of("pii_regex_v1").Tag(text).ContainsKey("PHONE_NUMBER"));

    [Theory]
    [InlineData("isbn", 0, false)]
    [InlineData("doi", 96, false)]
    [InlineData("isbn", 96, false)]
    [InlineData("isbn", 97, true)]
    [InlineData("#", 99, false)]
    [InlineData("#", 100, true)]
    [InlineData("ISBN", 0, true)]
    public void Numbers_near_those_of_books_are_left_out_within_100_code_points(string word, int between, bool isFound)
    {
        var fill = string.Concat(Enumerable.Repeat("🦙", between));
        foreach (var text in new[] { $"{word}{fill} 555-123-4567", $"\n 555-123-4567{fill}{word}" })
        {
            Assert.Equal(isFound, TaggerRun.Of("pii_regex_with_counts_v2").Tag(text).ContainsKey("PHONE_NUMBER"));
            Assert.Equal(isFound, TaggerRun.Of("pii_regex_with_counts_v2").Tag(text.Replace("555-123-4567", "10.0.0.1", StringComparison.Ordinal).Replace(" 1", "1", StringComparison.Ordinal)).ContainsKey("IP_ADDRESS"));
            Assert.True(TaggerRun.Of(Fast).Tag(text).ContainsKey("PHONE_NUMBER"));
        }
    }

    [Fact]
    public void The_score_of_a_document_is_the_count_for_each_word()
    {
        var said = TaggerRun.Of("pii_regex_with_counts_v2").Tag("a@b.c is mine, 10.0.0.1 too");
        Assert.Equal((0.4, 2), (said["doc"][0].Score, said["doc_count"][0].Score));
        Assert.Equal(-1, TaggerRun.Of("pii_regex_v1").Value(" ", "doc"));
    }

    // Dolma gives up on more than 10,000 question marks, and its expression takes quadratic time for what could be the start of an address.
    [Fact]
    public void Many_question_marks_hide_nothing() =>
        Assert.Single(TaggerRun.Of(Fast).Tag(new string('?', 300_000) + "@" + new string('(', 300_000) + " me@home.org")["EMAIL_ADDRESS"]);

    // Each of these takes hours where a step costs as much as the text is long.
    [Fact]
    public void Long_texts_that_are_nearly_something_take_no_long_time()
    {
        var run = TaggerRun.Of(Fast);
        Assert.Equal(1, run.Value(".@. " + new string('.', 300_000) + "@" + new string('.', 300_000) + "(x", "doc_count"));
        Assert.Equal(50_000, run.Value(string.Concat(Enumerable.Repeat("10.0.0.1,", 50_000)), "doc_count"));
    }

    [GeneratedRegex($@"[.{Space}@,?!;:)(]*([^{Space}@]+@[^{Space}@,?!;:)(]+?)[.{Space}@,?!;:)(]?(?:[{Space}]|\z)")]
    private static partial Regex Email();

    [GeneratedRegex($@"[{Space}]+\(?([0-9]{{3}})\)?[-\. ]*([0-9]{{3}})[-. ]?([0-9]{{4}})")]
    private static partial Regex Phone();

    [GeneratedRegex(@"(?:(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)\.){3}(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)")]
    private static partial Regex Address();
}
