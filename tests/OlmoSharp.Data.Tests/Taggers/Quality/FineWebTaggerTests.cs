using System.Text.RegularExpressions;
using CsCheck;
using Xunit;

namespace OlmoSharp.Data.Tests.Taggers.Quality;

public sealed class FineWebTaggerTests
{
    // Words and marks that UAX #29 splits as a simple expression does.
    private static readonly Gen<string> Text = NaiveText.OneOf("some", "words", "of 12", "a\tlonger one", ".", "!", "?", "\n", "\n\n", " ", "。", "the same line as before.\n").Array[0, 60]
        .Select(parts => string.Join(' ', parts));

    [Fact]
    public void Agrees_with_a_plain_reading_of_the_rules()
    {
        var tagger = TaggerRun.Of("fineweb_v1");
        Text.Sample(
            text =>
            {
                var lines = text.Split('\n').Where(line => NaiveText.Strip(line).Length > 0).ToList();
                double count = Math.Max(1, lines.Count);
                var copies = lines.Where((line, index) => lines.IndexOf(line) < index).Sum(line => line.Length);
                var newlines = text.Count(character => character == '\n');
                Check("line_punctuation_ratio", lines.Count(line => ".!?。".Contains(line[^1])) / count);
                Check("short_line_ratio", lines.Count(line => line.Length <= 30) / count);
                Check("duplicate_line_character_ratio", copies / (double)Math.Max(1, text.Length - newlines));
                Check("newline_to_word_ratio", newlines / (double)Math.Max(1, Regex.Count(text, @"\w+|[.!?。]")));

                void Check(string type, double expected) => Assert.Equal(Math.Round(expected, 5), tagger.Value(text, type));
            },
            iter: 500,
            threads: 1);
    }

    [Theory]
    [InlineData("end.", 1)]
    [InlineData("end\"", 0)]
    [InlineData("終わり。", 1)]
    [InlineData("समाप्त।", 1)]
    [InlineData("done\u17D9", 1)]
    [InlineData("done\u17D7", 0)]
    [InlineData("ኣበቃ፨", 1)]
    public void Sentences_end_as_in_Unicode(string line, double expected) => Assert.Equal(expected, TaggerRun.Of("fineweb_v1").Value(line, "line_punctuation_ratio"));
}
