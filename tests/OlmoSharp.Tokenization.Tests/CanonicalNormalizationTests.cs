using System.Globalization;
using System.Text;
using CsCheck;
using Xunit;

namespace OlmoSharp.Tokenization.Tests;

public sealed class CanonicalNormalizationTests
{
    [Fact]
    public void Meets_the_cases_that_Unicode_publishes()
    {
        string[][] cases = [.. EmbeddedData.Lines("normalization.txt").Where(line => !line.StartsWith('#')).Select(line => line.Split(';'))];
        Assert.True(cases.Length > 1_000);
        foreach (string[] forms in cases)
        {
            foreach (string form in forms)
            {
                string normalized = CanonicalNormalization.ToFormC(Text(form));
                if (normalized != Text(forms[1]))
                {
                    Assert.Fail($"{form} became {string.Join(' ', normalized.EnumerateRunes().Select(rune => rune.Value.ToString("X4")))}, not {forms[1]}");
                }
            }
        }
    }

    [Fact]
    public void Normalizing_twice_changes_nothing_more() => RandomText.Any.Sample(text =>
    {
        string once = CanonicalNormalization.ToFormC(text);
        Assert.Equal(once, CanonicalNormalization.ToFormC(once));
    });

    [Fact]
    public void Text_of_several_characters_is_normalized_piece_by_piece()
    {
        string[][] cases = [.. EmbeddedData.Lines("normalization.txt").Where(line => !line.StartsWith('#')).Select(line => line.Split(';'))];
        Gen.OneOf(cases).Array[1, 20].Sample(chosen =>
        {
            // The bar composes with nothing, so it keeps the cases apart.
            string source = string.Concat(chosen.Select(forms => "|" + Text(forms[2])));
            string expected = string.Concat(chosen.Select(forms => "|" + Text(forms[1])));
            Assert.Equal(expected, CanonicalNormalization.ToFormC(source));
        });
    }

    private static string Text(string codes) =>
        string.Concat(codes.Split(' ').Select(code => new Rune(int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString()));
}
