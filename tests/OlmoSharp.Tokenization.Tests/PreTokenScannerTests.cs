using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Xunit;

namespace OlmoSharp.Tokenization.Tests;

public sealed class PreTokenScannerTests
{
    // As published, except that the contractions list the letters that Unicode case folding makes equal (.NET's folding knows no long s).
    private static readonly Regex Cl100k = new(
        @"'[sS\u017F]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+");

    private static readonly Regex Gpt2 = new(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+");

    [Theory]
    [InlineData(PreTokenPattern.Cl100k)]
    [InlineData(PreTokenPattern.Gpt2)]
    public void Splits_as_the_regular_expression_does(PreTokenPattern pattern)
    {
        Regex regex = pattern == PreTokenPattern.Cl100k ? Cl100k : Gpt2;
        RandomText.Any.Sample(text => Assert.Equal(ByRegex(regex, text), ByScanner(pattern, text)), iter: 10_000);
    }

    [Theory]
    [InlineData(PreTokenPattern.Cl100k)]
    [InlineData(PreTokenPattern.Gpt2)]
    public void Every_character_of_the_basic_plane_is_classed_as_the_regular_expression_does(PreTokenPattern pattern)
    {
        Regex regex = pattern == PreTokenPattern.Cl100k ? Cl100k : Gpt2;
        for (int unit = 0; unit <= char.MaxValue; unit++)
        {
            char character = (char)unit;
            string text = $"x{character}'{character} {character}1{character}{character}  {character}\n{character}.";
            if (!ByRegex(regex, text).SequenceEqual(ByScanner(pattern, text)))
            {
                Assert.Fail($"U+{unit:X4}: {string.Join('|', ByRegex(regex, text))} against {string.Join('|', ByScanner(pattern, text))}");
            }
        }
    }

    [Theory]
    [InlineData("Hello world", "Hello| world")]
    [InlineData("I'LL it's", "I|'LL| it|'s")]
    [InlineData("12345", "123|45")]
    [InlineData("a  b", "a| | b")]
    [InlineData("a \n b", "a| \n| b")]
    [InlineData("(x) !!\n\n", "(x|)| !!\n\n")]
    [InlineData("\U0001F600abc", "\U0001F600abc")]
    [InlineData("\U0001D400\U0001D401", "\U0001D400\U0001D401")]
    public void Splits_cl100k_as_worked_out_by_hand(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', ByScanner(PreTokenPattern.Cl100k, text)));

    private static List<string> ByScanner(PreTokenPattern pattern, string text)
    {
        List<string> parts = [];
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = PreTokenScanner.End(pattern, text, start);
            parts.Add(text[start..end]);
        }
        return parts;
    }

    /// <summary>Runs .NET's expression, which matches UTF-16 units, over a text in which a character of the same kind stands for each one beyond U+FFFF.</summary>
    private static List<string> ByRegex(Regex regex, string text)
    {
        StringBuilder standIns = new();
        List<int> starts = [];
        int position = 0;
        while (position < text.Length)
        {
            starts.Add(position);
            if (char.IsSurrogatePair(text, position))
            {
                standIns.Append(CharUnicodeInfo.GetUnicodeCategory(text, position) switch
                {
                    <= UnicodeCategory.OtherLetter => 'x',
                    UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => '1',
                    _ => '#',
                });
                position += 2;
            }
            else
            {
                standIns.Append(text[position++]);
            }
        }
        starts.Add(text.Length);
        List<string> parts = [];
        foreach (Match match in regex.Matches(standIns.ToString()))
        {
            parts.Add(text[starts[match.Index]..starts[match.Index + match.Length]]);
        }
        return parts;
    }
}
