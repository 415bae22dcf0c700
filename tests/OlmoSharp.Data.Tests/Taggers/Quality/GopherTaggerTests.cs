using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using OlmoSharp.Data.Attributes;
using Xunit;

namespace OlmoSharp.Data.Tests.Taggers.Quality;

public sealed class GopherTaggerTests
{
    private static readonly string[] Required = ["the", "be", "to", "of", "and", "that", "have", "with"];

    [Theory]
    [InlineData("gopher_v1", false)]
    [InlineData("gopher_v2", true)]
    public void Agrees_with_a_plain_reading_of_the_rules(string name, bool ignoreEmptyLines)
    {
        var tagger = TaggerRun.Of(name);
        NaiveText.Any.Sample(text => Assert.Equal(Naive(text, ignoreEmptyLines), tagger.Tag(text)), iter: 400, threads: 1);
    }

    // Worked out by hand. Words: "- the cat sat on the mat" and again, and "the end…": 7 + 7 + 2 words of 18, 18 and 7 characters.
    [Theory]
    [InlineData("character_count", 58)]
    [InlineData("word_count", 16)]
    [InlineData("median_word_length", 3)]
    [InlineData("symbol_to_word_ratio", 1 / 16.0)]
    [InlineData("fraction_of_words_with_alpha_character", 14 / 16.0)]
    [InlineData("required_word_count", 5)]
    [InlineData("fraction_of_lines_starting_with_bullet_point", 2 / 3.0)]
    [InlineData("fraction_of_lines_ending_with_ellipsis", 1 / 3.0)]
    [InlineData("fraction_of_duplicate_lines", 2 / 3.0)]
    [InlineData("fraction_of_characters_in_duplicate_lines", 48 / 43.0)]
    [InlineData("fraction_of_characters_in_most_common_2grams", 2 * 4 / 43.0)]
    [InlineData("fraction_of_characters_in_duplicate_7grams", 2 * 18 / (8 * 18 + 20 + 21.0))]
    public void Values_worked_out_by_hand(string type, double expected) =>
        Assert.Equal(Math.Round(expected, 5), TaggerRun.Of("gopher_v1").Value("- the cat sat on the mat\n- the cat sat on the mat\nthe end…", type));

    [Fact]
    public void An_empty_text_has_zeros_and_no_ngrams()
    {
        var said = TaggerRun.Of("gopher_v1").Tag("");
        Assert.Equal(10, said.Count);
        Assert.All(said.Values, spans => Assert.Equal(new AttributeSpan(0, 0, 0), Assert.Single(spans)));
    }

    private static SortedDictionary<string, AttributeSpan[]> Naive(string text, bool ignoreEmptyLines)
    {
        var said = new SortedDictionary<string, AttributeSpan[]>(StringComparer.Ordinal);
        var words = NaiveText.Split(text);
        double characters = Math.Max(1, words.Sum(NaiveText.Length));
        for (var n = 2; n <= Math.Min(10, words.Length); n++)
        {
            var ngrams = Enumerable.Range(0, words.Length - n + 1).Select(i => string.Join(' ', words[i..(i + n)])).ToList();
            var groups = ngrams.GroupBy(ngram => ngram).Select(group => (Count: group.Count(), Length: NaiveText.Length(group.Key) - (n - 1))).ToList();
            if (n <= 4)
            {
                var most = groups.First(group => group.Count == groups.Max(other => other.Count));
                Say($"fraction_of_characters_in_most_common_{n}grams", most.Count * most.Length / characters);
            }
            else
            {
                Say(
                    $"fraction_of_characters_in_duplicate_{n}grams",
                    groups.Where(group => group.Count > 1).Sum(group => group.Count * group.Length) / (double)groups.Sum(group => group.Count * group.Length));
            }
        }

        double wordCount = Math.Max(1, words.Length);
        var lengths = words.Select(NaiveText.Length).Order().ToList();
        Say("character_count", NaiveText.Length(text));
        Say("word_count", words.Length);
        Say("median_word_length", lengths.Count == 0 ? 0 : (lengths[(lengths.Count - 1) / 2] + lengths[lengths.Count / 2]) / 2.0);
        Say("symbol_to_word_ratio", words.Count(word => word.Contains('#') || word.Contains('…')) / wordCount);
        Say("fraction_of_words_with_alpha_character", words.Count(word => word.EnumerateRunes().Any(Rune.IsLetter)) / wordCount);
        Say("required_word_count", words.Count(Required.Contains));
        string[] lines = text.Length == 0 ? [] : ignoreEmptyLines ? Regex.Split(text, "\n+") : text.Split('\n');
        double lineCount = Math.Max(1, lines.Length);
        var copies = lines.GroupBy(line => line).Where(group => group.Count() > 1).ToList();
        Say("fraction_of_lines_starting_with_bullet_point", lines.Count(line => line.StartsWith('*') || line.StartsWith('-')) / lineCount);
        Say("fraction_of_lines_ending_with_ellipsis", lines.Count(line => line.EndsWith('…')) / lineCount);
        Say("fraction_of_duplicate_lines", copies.Sum(group => group.Count()) / lineCount);
        Say("fraction_of_characters_in_duplicate_lines", copies.Sum(group => group.Count() * NaiveText.Length(group.Key)) / characters);
        return said;

        void Say(string type, double score) => said[type] = NaiveText.Document(text, score);
    }
}
