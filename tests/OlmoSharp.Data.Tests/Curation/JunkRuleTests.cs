using OlmoSharp.Data.Curation;
using OlmoSharp.Data.Curation.Rules;
using Xunit;

namespace OlmoSharp.Data.Tests.Curation;

public class JunkRuleTests
{
    private const string Prose = "The quick brown fox jumps over the lazy dog, again and again. ";

    [Fact]
    public void Counts_are_those_of_the_definition()
    {
        var statistics = TextStatistics.Of("Aé日 1+\u0001\uFFFD😀\nthis line is repeated here\n  this line is repeated here\nshort\nshort");

        Assert.Equal(62, statistics.Characters);
        Assert.Equal(57, statistics.Letters);
        Assert.Equal(1, statistics.WideLetters);
        Assert.Equal(2, statistics.Symbols);
        Assert.Equal(1, statistics.ControlCharacters);
        Assert.Equal(1, statistics.ReplacementCharacters);
        Assert.Equal(8, statistics.LongestWord);
        Assert.Equal(2 * 26, statistics.LineLength);
        Assert.Equal(26, statistics.RepeatedLineLength);
    }

    public static TheoryData<IJunkRule, string, string> Cases => new()
    {
        { new ControlCharactersRule(), "a\0b", "a\tb\r\nc\f" },
        { new ReplacementCharactersRule(), "M\uFFFDller", "Müller" },
        { new TooShortRule(6), "Hallo", "Hallo!a" },
        { new TooShortRule(6), "日本", "日本語" },
        { new TooFewLettersRule(0.5), "12 ab 3", "1 ab" },
        { new TooManySymbolsRule(0.2), "ab{}[]", "abcd.,!? {efgh}" },
        { new RepeatedLinesRule(0.6), string.Join('\n', Enumerable.Repeat(Prose, 3)), string.Join('\n', Enumerable.Repeat(Prose, 2)) },
        { new LongWordRule(20), $"a {new string('x', 21)} b", string.Join(' ', new string('x', 20), new string('日', 40)) },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_rule_finds_its_junk_and_leaves_text(IJunkRule rule, string junk, string text)
    {
        Assert.True(rule.IsJunk(TextStatistics.Of(junk)));
        Assert.False(rule.IsJunk(TextStatistics.Of(text)));
    }

    [Fact]
    public void No_rule_takes_offence_at_prose() =>
        Assert.DoesNotContain(new CurationOptions().JunkRules, rule => rule.IsJunk(TextStatistics.Of(Prose + Prose + Prose)));
}
