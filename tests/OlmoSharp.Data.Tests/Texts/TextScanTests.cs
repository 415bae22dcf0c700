using System.Text;
using CsCheck;
using OlmoSharp.Data.Tests.Taggers;
using OlmoSharp.Data.Texts;
using Xunit;

namespace OlmoSharp.Data.Tests.Texts;

public sealed class TextScanTests
{
    [Fact]
    public void Words_are_what_is_between_white_space()
    {
        var (text, scan) = (new PaddedText(), new TextScan());
        NaiveText.Any.Sample(
            value =>
            {
                Scan(value, text, scan);
                var expected = NaiveText.Split(value);
                Assert.Equal(expected, scan.Words.ToArray().Select(word => Encoding.UTF8.GetString(text.Span[word.Start..word.End])));
                Assert.Equal(expected.Select(NaiveText.Length), scan.Words.ToArray().Select(word => word.CodePoints));
                Assert.Equal(expected.Select(Traits), scan.Words.ToArray().Select(word => word.Traits));

                // Equal hashes are equal words, and the other way round.
                var pairs = scan.Words.ToArray().Zip(expected, (word, part) => (word.Hash, part)).Distinct().ToList();
                Assert.Equal(pairs.Count, pairs.Select(pair => pair.Hash).Distinct().Count());
                Assert.Equal(pairs.Count, pairs.Select(pair => pair.part).Distinct().Count());
            },
            iter: 600,
            threads: 1);
    }

    [Fact]
    public void Lines_and_paragraphs_are_those_of_Dolma()
    {
        var (text, scan) = (new PaddedText(), new TextScan());
        NaiveText.Any.Sample(
            value =>
            {
                Scan(value, text, scan);
                var lines = NaiveText.Places(NaiveText.Lines(value)).ToList();
                Assert.Equal(lines.Count, scan.LineCount);
                var word = 0;
                for (var i = 0; i < lines.Count; i++)
                {
                    var line = scan.Line(i);
                    var expected = lines[i].Text.TrimEnd('\n');
                    var words = NaiveText.Split(expected).Length;
                    Assert.Equal(expected, Encoding.UTF8.GetString(text.Span[line.Start..line.End]));
                    Assert.Equal((lines[i].Start, lines[i].Start + NaiveText.Length(expected)), (line.CodePointStart, line.CodePointEnd));
                    Assert.Equal((word, words), (line.FirstWord, line.WordCount));
                    word += words;
                }

                var paragraphs = Enumerable.Range(0, scan.ParagraphCount).Select(scan.Paragraph);
                Assert.Equal(
                    NaiveText.Paragraphs(value),
                    paragraphs.Select(part => (part.CodePointStart, part.CodePointEnd, Encoding.UTF8.GetString(text.Span[part.Start..part.End]))));
            },
            iter: 600,
            threads: 1);
    }

    [Theory]
    [InlineData("\u2003", 3)]
    [InlineData("\u00A0", 2)]
    [InlineData("…", 3)]
    public void Characters_that_reach_from_one_block_into_the_next_are_seen(string character, int bytes)
    {
        var (text, scan) = (new PaddedText(), new TextScan());
        for (var before = 50; before < 140; before++)
        {
            var value = new string('a', before) + character + new string('b', 70);
            Scan(value, text, scan);
            Assert.Equal(bytes, Encoding.UTF8.GetByteCount(character));
            Assert.Equal(NaiveText.Split(value).Select(NaiveText.Length), scan.Words.ToArray().Select(word => word.CodePoints));
            Assert.Equal(NaiveText.Split(value).Select(Traits), scan.Words.ToArray().Select(word => word.Traits));
        }
    }

    [Fact]
    public void A_word_of_ASCII_is_found_in_any_case_and_at_any_place()
    {
        var text = new PaddedText();
        Gen.Select(Gen.Char["loremipsLOREM \u0301"].Array[0, 120], Gen.Int[0, 120], Gen.Bool).Sample(
            (characters, at, isThere) =>
            {
                var value = new string(characters);
                value = isThere ? value.Insert(Math.Min(at, value.Length), "LoRem iPsum") : value;
                text.Set(Encoding.UTF8.GetBytes(value));
                Assert.Equal(value.Contains("lorem ipsum", StringComparison.OrdinalIgnoreCase), AsciiSearch.Contains(text, "lorem ipsum"u8));
            },
            iter: 2000,
            threads: 1);
    }

    [Fact]
    public void Trimming_takes_Pythons_white_space()
    {
        NaiveText.Any.Sample(value => Assert.Equal(NaiveText.Strip(value), Encoding.UTF8.GetString(WhiteSpace.Trim(Encoding.UTF8.GetBytes(value)))), iter: 500, threads: 1);
    }

    private static WordTraits Traits(string word) =>
        (word.EnumerateRunes().Any(Rune.IsLetter) ? WordTraits.Letter : 0) | (word.Contains('#') || word.Contains('…') ? WordTraits.Symbol : 0);

    private static void Scan(string value, PaddedText text, TextScan scan)
    {
        // What an earlier text left behind the end must not matter.
        text.Set(Encoding.UTF8.GetBytes(new string('#', 300)));
        text.Set(Encoding.UTF8.GetBytes(value));
        scan.Reset(text);
    }
}
