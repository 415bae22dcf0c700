using System.Text.RegularExpressions;
using CsCheck;
using OlmoSharp.Data.Curation;
using Xunit;

namespace OlmoSharp.Data.Tests.Curation;

public partial class ParagraphTests
{
    private const int MinCharacters = 10;

    private static readonly string[] Pieces =
        ["a", "longer line of text", "Another Line of text", "\n", "\n\n", " \n", "# head\n\n", "```\n", "x\n", "\t"];

    private static readonly Gen<string> AnyText = OneOf(Pieces)
        .Array[0, 25]
        .Select(string.Concat);

    [Fact]
    public void Paragraphs_together_are_the_text_and_none_is_blank()
    {
        AnyText.Sample(
            text =>
            {
                var paragraphs = ParagraphSplitter.Split(text).Select(place => text[place]).ToList();
                Assert.Equal(text, string.Concat(paragraphs));
                Assert.True(string.IsNullOrWhiteSpace(text) || paragraphs.All(paragraph => !string.IsNullOrWhiteSpace(paragraph)));
                if (!text.Contains("```", StringComparison.Ordinal))
                {
                    // A blank line within a paragraph only before its first or after its last line.
                    Assert.Equal(BlankLines().Split(text).Select(part => part.Trim()).Where(part => part.Length > 0), paragraphs.Select(paragraph => paragraph.Trim()).Where(part => part.Length > 0));
                }
            },
            iter: 5_000);
    }

    [Fact]
    public void Code_stays_in_its_paragraph()
    {
        const string text = "Like so:\n```\na\n\nb\n```\n\nnext\n";

        Assert.Equal(["Like so:\n```\na\n\nb\n```\n\n", "next\n"], ParagraphSplitter.Split(text).Select(place => text[place]));
    }

    [Fact]
    public void Duplicates_are_those_that_a_comparison_with_all_earlier_paragraphs_finds()
    {
        var paragraph = OneOf(
            "short", "The quick brown fox.", "the  quick brown\nfox.", "The quick brown FooBar.", "The quick brown BarFoo.", "The quick brown X1.", "Something else here.");
        paragraph.Array[1, 8].Array[1, 6].Sample(
            documents =>
            {
                const int copies = 2;
                var deduplicator = new ParagraphDeduplicator(copies);
                var seen = new List<string>();
                foreach (var document in documents)
                {
                    var expected = new List<string>();
                    foreach (var part in document)
                    {
                        if (part.Length < MinCharacters)
                        {
                            expected.Add(part);
                        }
                        else if (!seen.Contains(Normal(part)))
                        {
                            if (seen.Count(earlier => Template(earlier) == Template(Normal(part))) < copies)
                            {
                                expected.Add(part);
                            }

                            seen.Add(Normal(part));
                        }
                    }

                    var text = string.Join("\n\n", document);
                    var (reduced, removed) = deduplicator.Reduce(text, Paragraph.Of(text, MinCharacters));
                    Assert.Equal(string.Join("\n\n", expected), reduced.TrimEnd());
                    Assert.Equal(document.Length, expected.Count + removed.Count);
                }
            },
            iter: 2_000);

        // The names in these samples, written out.
        static string Normal(string part) => part.Replace("  ", " ", StringComparison.Ordinal).Replace('\n', ' ').ToLowerInvariant();
        static string Template(string part) => Names().Replace(part, "@");
    }

    [Fact]
    public void A_heading_goes_with_its_section_and_a_document_with_its_last_text()
    {
        const string known = "Known paragraph number one here.\n\nKnown paragraph of another kind here.\n";
        const string text = "# Title of it\n\nNew text.\n\n## Gone\n\nKnown paragraph number one here.\n\n## Stays\n\nA.\n\n## Outer\n\n### Inner\n\nKnown paragraph of another kind here.\n";
        var deduplicator = new ParagraphDeduplicator(4);
        deduplicator.Reduce(known, Paragraph.Of(known, MinCharacters));

        var (reduced, removed) = deduplicator.Reduce(text, Paragraph.Of(text, MinCharacters));
        var (nothing, all) = deduplicator.Reduce("# Head\n\n" + known, Paragraph.Of("# Head\n\n" + known, MinCharacters));

        Assert.Equal("# Title of it\n\nNew text.\n\n## Stays\n\nA.\n", reduced);
        Assert.Equal(
            ["heading-without-section", "exact-duplicate-paragraph", "heading-without-section", "heading-without-section", "exact-duplicate-paragraph"],
            removed.Select(paragraph => paragraph.Reason));
        Assert.Equal("", nothing);
        Assert.Equal(3, all.Count);
    }

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    [GeneratedRegex(@"\n\s*\n")]
    private static partial Regex BlankLines();

    [GeneratedRegex("foobar|barfoo|x1")]
    private static partial Regex Names();
}
