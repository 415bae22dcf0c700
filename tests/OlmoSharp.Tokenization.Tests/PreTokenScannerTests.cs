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

    private static readonly Regex O200k = new(
        O200kWord(@"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+") + "|" + O200kWord(@"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*")
        + @"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+");

    [Theory]
    [InlineData(PreTokenPattern.Cl100k)]
    [InlineData(PreTokenPattern.Gpt2)]
    [InlineData(PreTokenPattern.O200k)]
    public void Splits_as_the_regular_expression_does(PreTokenPattern pattern)
    {
        Regex regex = RegexOf(pattern);
        RandomText.Any.Sample(text => Assert.Equal(ByRegex(regex, text), ByScanner(pattern, text)), iter: 10_000);
    }

    [Theory]
    [InlineData(PreTokenPattern.Cl100k)]
    [InlineData(PreTokenPattern.Gpt2)]
    [InlineData(PreTokenPattern.O200k)]
    public void Every_character_of_the_basic_plane_is_classed_as_the_regular_expression_does(PreTokenPattern pattern)
    {
        Regex regex = RegexOf(pattern);
        for (int unit = 0; unit <= char.MaxValue; unit++)
        {
            char character = (char)unit;
            string text = $"x{character}'{character} {character}1{character}{character}  {character}\n{character}.{character}X{character}y";
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

    /// <summary>The examples of the GPT-2 repository and of the Hugging Face course, and cases of its source's comments.</summary>
    [Theory]
    [InlineData("Hello, how are  you?", "Hello|,| how| are| | you|?")]
    [InlineData("I'll it's we've", "I|'ll| it|'s| we|'ve")]
    [InlineData("I'LL", "I|'|LL")]
    [InlineData("Let's  test 123456 tokens!!!", "Let|'s| | test| 123456| tokens|!!!")]
    [InlineData("a\n\n  b", "a|\n\n | b")]
    [InlineData("x    ", "x|    ")]
    [InlineData(" \n\t", " \n\t")]
    public void Splits_gpt2_as_worked_out_by_hand(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', ByScanner(PreTokenPattern.Gpt2, text)));

    [Theory]
    [InlineData("camelCaseHTTPServer's", "camel|Case|HTTPServer's")]
    [InlineData("HELLO World", "HELLO| World")]
    [InlineData("a/b//\n/c", "a|/b|//\n/|c")]
    [InlineData("I'LL we'Ve", "I'LL| we'Ve")]
    [InlineData("AB漢CD", "AB漢|CD")]
    [InlineData("\u0301", "\u0301")]
    [InlineData("!\u0301!", "!\u0301|!")]
    [InlineData("12345 6", "123|45| |6")]
    [InlineData("\U00010400\U00010428\U00010400", "\U00010400\U00010428|\U00010400")]
    public void Splits_o200k_as_worked_out_by_hand(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', ByScanner(PreTokenPattern.O200k, text)));

    private static string O200kWord(string letters) => @"[^\r\n\p{L}\p{N}]?" + letters + @"('[sS\u017F]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])?";

    private static Regex RegexOf(PreTokenPattern pattern) => pattern switch
    {
        PreTokenPattern.Cl100k => Cl100k,
        PreTokenPattern.Gpt2 => Gpt2,
        _ => O200k,
    };

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
                    UnicodeCategory.UppercaseLetter => 'X',
                    UnicodeCategory.LowercaseLetter => 'x',
                    UnicodeCategory.TitlecaseLetter => '\u01C5',
                    UnicodeCategory.ModifierLetter => '\u02B0',
                    UnicodeCategory.OtherLetter => '\u6F22',
                    UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => '\u0301',
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
