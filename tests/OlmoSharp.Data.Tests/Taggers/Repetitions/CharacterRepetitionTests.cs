using System.Text.RegularExpressions;
using CsCheck;
using OlmoSharp.Data.Attributes;
using Xunit;

namespace OlmoSharp.Data.Tests.Taggers.Repetitions;

public sealed partial class CharacterRepetitionTests
{
    // Few characters in short texts: every other text has a match, and many nearly have one.
    private static readonly Gen<string> Dense = Gen.OneOf(
        Gen.Char["ab \n"].Array[0, 40].Select(characters => new string(characters)),
        // Their bytes end alike.
        Gen.Char["あ₂é\u3000 \n"].Array[0, 30].Select(characters => new string(characters)),
        Gen.Char["aé\u3000 \n"].Array[0, 30].Select(characters => new string(characters)),
        Gen.Select(Gen.Char["abc \u2003\n"].Array[1, 40], Gen.Int[1, 7], Gen.Char["ab \n"].Array[0, 6], NaiveText.OneOf("", " ", "\n", "  "))
            .Select((group, times, around, between) => new string(around) + string.Join(between, Enumerable.Repeat(new string(group), times)) + new string(around)));

    [Fact]
    public void Finds_what_the_expression_finds()
    {
        var tagger = TaggerRun.Of("repetitions_v1");
        Gen.Frequency((4, Dense), (1, NaiveText.Any)).Sample(text => Assert.Equal(Naive(text, [text]), tagger.Tag(text)), iter: 3000, threads: 1);
    }

    [Fact]
    public void Finds_them_in_each_paragraph()
    {
        var tagger = TaggerRun.Of("paragraph_repetitions_v1");
        Gen.Frequency((4, Dense), (1, NaiveText.Any)).Sample(
            text => Assert.Equal(Naive(text, NaiveText.Paragraphs(text).Select(paragraph => paragraph.Text)), tagger.Tag(text)), iter: 1000, threads: 1);
    }

    [Theory]
    [InlineData("aaaa", "0 4 4")]
    [InlineData("aaa", "")]
    [InlineData("abababab", "0 8 4")]
    [InlineData("ha ha ha\nha!", "0 11 4")]
    [InlineData("x = 1;    // four spaces", "6 10 4")]
    [InlineData("a\n\na\n\na\n\na", "")]
    [InlineData("no\nno\nno\nno", "0 11 4")]
    [InlineData("\u3042\u2082 \u2082 \u2082 \u2082", "1 8 4")]
    public void Matches_worked_out_by_hand(string text, string expected) =>
        Assert.Equal(expected, TaggerRun.Of("repetitions_v1").Tag(text).TryGetValue("repetition", out var spans)
            ? string.Join(", ", spans.Select(span => FormattableString.Invariant($"{span.Start} {span.End} {span.Score}")))
            : "");

    [Fact]
    public void Long_texts_without_line_ends_take_no_quadratic_time()
    {
        // 600 kB of random letters in one line, in which 3000 characters stand four times; the expression itself would take hours.
        var random = new Random(1);
        string Letters(int count) => string.Create(count, random, (span, source) =>
        {
            foreach (ref var character in span)
            {
                character = (char)('a' + source.Next(26));
            }
        });
        var group = Letters(3000);
        var text = Letters(300_000) + string.Join(' ', group, group, group, group) + "!" + Letters(300_000);
        var spans = TaggerRun.Of("repetitions_v1").Tag(text)["repetition"];
        Assert.Contains(new AttributeSpan(300_000, 312_003, 4), spans);
    }

    private static SortedDictionary<string, AttributeSpan[]> Naive(string text, IEnumerable<string> parts)
    {
        var spans = new List<AttributeSpan>();
        var offset = 0;
        foreach (var part in parts)
        {
            // The expression counts in 16-bit units; a private character stands for each one beyond them.
            var units = string.Concat(part.EnumerateRunes().Select(rune => rune.IsBmp ? rune.ToString() : $"{(char)(0xE000 + rune.Value % 0x1000)}"));
            foreach (Match match in Expression.Matches(units))
            {
                spans.Add(new AttributeSpan(
                    offset + match.Index, offset + match.Index + match.Length, match.Value.Split(match.Groups[1].Value).Length - 1));
            }

            offset += units.Length;
        }

        var said = new SortedDictionary<string, AttributeSpan[]>(StringComparer.Ordinal)
        {
            ["doc_max_score_repetition"] = NaiveText.Document(text, spans.Select(span => span.Score).DefaultIfEmpty(0).Max()),
            ["doc_max_length_repetition"] = NaiveText.Document(text, spans.Select(span => span.End - span.Start).DefaultIfEmpty(0).Max()),
            ["doc_frac_repetition"] = NaiveText.Document(text, spans.Sum(span => span.End - span.Start) / (double)Math.Max(1, NaiveText.Length(text))),
        };
        if (spans.Count > 0)
        {
            said["repetition"] = [.. spans];
        }

        return said;
    }

    // Python's \s knows four separators more than .NET's.
    [GeneratedRegex(@"(.+?)([\s\x1C-\x1F]?\1){3,}", RegexOptions.CultureInvariant)]
    private static partial Regex Expression { get; }
}
