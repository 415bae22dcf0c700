using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using CsCheck;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Taggers.Code;
using Xunit;

namespace OlmoSharp.Data.Tests.Taggers.Code;

public sealed class CodeTaggerTests
{
    private const string RedPajama = "code_redpajama_taggers_v1";
    private const string StarCoder = "code_starcoder_taggers_v2";

    // The text of Dolma's own test, and others; what Dolma's formulas give for them in Python.
    [Theory]
    [InlineData("/* copyright: Test 2023 **/\n\nThis is a document.\n\nThis line contains a secret: https://username:password@dolma.allen.ai\n\nThis is a line with just text.", 69, 20.71429, 0.7351, 2.89189)]
    [InlineData("", 0, 0, 0, 0)]
    [InlineData("a\r\nb\rc\vd\f\u001ce\u2028f\u0085", 1, 0.85714, 0.42857, 0.75)]
    [InlineData("café 漢字 ① x_1 --> \u001c\u001f e\u0301 🦙!!", 18, 13, 0.37037, 0.88889)]
    [InlineData("\n\n", 0, 0, 0, 0)]
    public void RedPajamas_measures_are_those_of_Dolma(string text, double longest, double average, double alphanumeric, double lettersPerToken)
    {
        var said = TaggerRun.Of(RedPajama).Tag(text);
        Assert.Equal(
            [longest, average, alphanumeric, lettersPerToken],
            new[] { "max_line_length_doc", "avg_line_length_doc", "alnum_prop_doc", "alpha_token_prop_doc" }.Select(type => Assert.Single(said[type]).Score));
    }

    [Fact]
    public void RedPajamas_measures_are_those_of_a_plain_reading() => Gen.OneOf(NaiveText.Any, Gen.Char["ab1_ -\r\n\v\u001d\u2028éⓐ"].Array[0, 300].Select(characters => new string(characters))).Sample(
        text =>
        {
            var said = TaggerRun.Of(RedPajama).Tag(text);
            var lines = Regex.Split(text, "\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]").Select(NaiveText.Length).ToList();
            if (lines[^1] == 0)
            {
                lines.RemoveAt(lines.Count - 1);
            }

            var letters = text.EnumerateRunes().Count(Rune.IsLetter);
            Assert.Equal(NaiveText.Document(text, lines.DefaultIfEmpty(0).Max()), said["max_line_length_doc"]);
            Assert.Equal(NaiveText.Document(text, lines.DefaultIfEmpty(0).Average()), said["avg_line_length_doc"]);
            Assert.Equal(NaiveText.Document(text, text.Length == 0 ? 0 : (double)text.EnumerateRunes().Count(IsAlphanumeric) / NaiveText.Length(text)), said["alnum_prop_doc"]);
            Assert.Equal(NaiveText.Document(text, (double)letters / (Tokens(text) + 1)), said["alpha_token_prop_doc"]);
        },
        iter: 1_000,
        threads: 1);

    [Theory]
    [InlineData(85, 1)]
    [InlineData(86, 1)]
    [InlineData(87, 0)]
    public void An_XML_declaration_counts_in_the_first_100_characters(int before, double expected) =>
        Assert.Equal(expected, TaggerRun.Of(StarCoder).Value(string.Concat(Enumerable.Repeat("🦙", before)) + "<?xml version=\"1.0\"?>", "has_xml_template_doc"));

    [Fact]
    public void Stars_and_language_come_from_metadata()
    {
        var run = TaggerRun.Of(StarCoder);
        Assert.Equal(10, run.Value("x", "num_github_stars_doc", new { max_stars_count = 10, ext = "md" }));
        Assert.Equal(7, run.Value("x", "num_github_stars_doc", new { max_stars_count = "7" }));
        Assert.Equal(0, run.Value("x", "num_github_stars_doc", new { max_stars_count = (int?)null }));
        Assert.Equal(0, run.Value("x", "num_github_stars_doc"));
        Assert.Equal(0.5, run.Value("// yes", "code_to_comment_ratio_doc", new { ext = "md" }));
        Assert.Equal(1, run.Value("// yes", "code_to_comment_ratio_doc", new { ext = "js" }));
        Assert.Equal(0, run.Value("# no", "code_to_comment_ratio_doc", new { other = 1, ext = "java" }));
        Assert.Equal(0.08333, run.Value("# y\nx = 1234", "code_to_comment_ratio_doc", new { ext = "PY" }));
        Assert.Equal(-1, run.Value("", "code_to_comment_ratio_doc", new { ext = "py" }));
    }

    [Fact]
    public void Version_1_says_minus_1_where_nothing_is_measured()
    {
        var run = TaggerRun.Of("code_starcoder_taggers_v1");
        Assert.Equal(-1, run.Value("# x", "nl_ratio_doc", new { ext = "rb" }));
        Assert.Equal(1, run.Value("# x", "code_to_text_ratio_html_doc", new { ext = "rb" }));
        Assert.Equal(-1, run.Value("# x", "code_to_text_ratio_html_doc"));
        Assert.Equal(0.8, run.Value("<!--a-->\n<", "nl_ratio_doc", new { ext = "html" }));
    }

    // The page of Dolma's own test: 149 characters outside its tags, the script's too, whose tag is none of HTML.
    [Fact]
    public void The_text_of_a_page_is_what_is_outside_its_tags()
    {
        const string page = """
            <!DOCTYPE html>
            <html>
            <head>
                <title>Page Title</title>
            </head>
            <body>
                <h1>This is a Heading</h1>
                <p>This is a paragraph.</p>
            </body>
            <javascript>
                console.log("Hello, World!")
                for (let i = 0; i < 10; i++) {
                    console.log(i)
                }
            </javascript>
            </html>
            """;
        var text = Regex.Replace(page, "<[/!]?[a-zA-Z][^>]*>", "");
        Assert.Equal(Math.Round((double)text.Length / page.Length, 5), TaggerRun.Of(StarCoder).Value(page, "code_to_text_ratio_html_doc", new { ext = "html" }));
        Assert.Equal(0, TaggerRun.Of(StarCoder).Value("<html><head></head><body></body></html>", "code_to_text_ratio_html_doc", new { ext = "html" }));
        Assert.Equal(0, TaggerRun.Of(StarCoder).Value(new string('a', 100), "code_to_text_ratio_html_doc", new { ext = "htm" }));
        Assert.Equal(1, TaggerRun.Of(StarCoder).Value(new string('a', 101), "code_to_text_ratio_html_doc", new { ext = "htm" }));
    }

    [Fact]
    public void The_text_of_a_page_is_what_a_browser_has()
    {
        string[] parts =
        [
            "word ", "é漢🦙", "<p>", "</p>", "<a href=\"x>y\" title='<b>'>", "</a>", "<br/>", "<!-- no <p> -->", "<script>if (a < b) { \"</p>\" }</script>", "<style>p > a {}</style>", "&amp;", "&#233;", "&#x1F999;",
            " < 3 ", "a & b", "<div data-x = \"1\">", "</div>", "<span hidden>", "</span>",
        ];
        var parser = new HtmlParser();
        Gen.Int[0, parts.Length - 1].Array[0, 30].Sample(
            places =>
            {
                var page = "<!DOCTYPE html><html><head></head><body>" + string.Concat(places.Select(place => parts[place]));
                using var document = parser.ParseDocument(page);
                foreach (var hidden in document.QuerySelectorAll("script, style"))
                {
                    hidden.Remove();
                }

                Assert.Equal(NaiveText.Length(document.Body!.TextContent), HtmlMeasures.Of(Encoding.UTF8.GetBytes(page)).Text);
                Assert.Equal(places.Count(place => parts[place].StartsWith("<!--", StringComparison.Ordinal)) * "<!-- no <p> -->".Length, HtmlMeasures.Of(Encoding.UTF8.GetBytes(page)).Comments);
            },
            iter: 500,
            threads: 1);
    }

    [Theory]
    [InlineData("<")]
    [InlineData("<a b=\"")]
    [InlineData("<!--")]
    [InlineData("<script></scrip")]
    [InlineData("</")]
    [InlineData("&a")]
    [InlineData("<a ")]
    public void Pages_that_are_nearly_something_take_no_long_time(string part)
    {
        var page = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(part, 200_000)));
        Assert.InRange(HtmlMeasures.Of(page).Text, 0, page.Length);
    }

    [Theory]
    [InlineData("/* copyright: Test 2023 **/\n\nx", "copyright_notice", 0, 27)]
    [InlineData("é /* (C) COPYRIGHT */ x", "copyright_notice", 2, 21)]
    [InlineData("/* a comment */\n/* copyright */", null, 0, 0)]
    [InlineData("// a\n// é\n\nint x;\n// no", "comment_block", 0, 11)]
    [InlineData("#!/bin/sh\r\n\r\n# b\r\nx", "comment_block", 0, 18)]
    [InlineData("-- a\n/* open", "comment_block", 0, 5)]
    [InlineData("# all", "comment_block", 0, 5)]
    [InlineData("\n\nx", null, 0, 0)]
    [InlineData("x // a", null, 0, 0)]
    public void The_comment_at_the_head_of_a_file_is_found(string text, string? type, int start, int end)
    {
        var said = TaggerRun.Of("code_copyright_comments_v1").Tag(text);
        Assert.Equal(type is null ? ["doc"] : [type, "doc"], said.Keys);
        if (type is not null)
        {
            Assert.Equal([new AttributeSpan(start, end, 1)], said[type]);
        }

        Assert.Equal(NaiveText.Document(text, (end - start) / (double)NaiveText.Length(text)), said["doc"]);
    }

    // Dolma's span ends as many characters early as there are lines with a comment, and its part of the text counts one character too many.
    [Fact]
    public void The_lines_of_a_comment_count_with_their_ends()
    {
        var said = TaggerRun.Of("code_copyright_comments_v1").Tag("# a\n# b\n");
        Assert.Equal(new AttributeSpan(0, 8, 1), Assert.Single(said["comment_block"]));
        Assert.Equal(1, said["doc"][0].Score);
        Assert.Equal(-1, TaggerRun.Of("code_copyright_comments_v1").Value("", "doc"));
    }

    private static bool IsAlphanumeric(Rune rune) =>
        Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    private static int Tokens(string text)
    {
        // A letter for each kind of character, and then the runs of these.
        var kinds = string.Concat(text.EnumerateRunes().Select(rune =>
            Regex.IsMatch(rune.ToString(), @"^[\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u200c\u200dⓐ]$") || Rune.IsLetter(rune) ? "w" : rune.Value is not (>= 0x1C and <= 0x1F) && NaiveText.Strip(rune.ToString()).Length == 0 ? " " : "m"));
        return Regex.Count(kinds, "w+|m+");
    }
}
