using System.Globalization;
using System.Text;
using CsCheck;
using OlmoSharp.Data.Texts;
using Xunit;

namespace OlmoSharp.Data.Tests.Texts;

public sealed class UnicodeWordsTests
{
    [Fact]
    public void Boundaries_are_those_of_the_Unicode_test_file()
    {
        using var file = new StreamReader(typeof(UnicodeWordsTests).Assembly.GetManifestResourceStream("OlmoSharp.Data.Tests.Texts.WordBreakTest.txt")!);
        var cases = 0;
        while (file.ReadLine() is { } line)
        {
            if (line.StartsWith('#') || line.Contains(" D800 ", StringComparison.Ordinal))
            {
                continue;
            }

            var text = new StringBuilder();
            List<int> expected = [];
            foreach (var part in line.Split(' '))
            {
                switch (part)
                {
                    case "÷":
                        expected.Add(Encoding.UTF8.GetByteCount(text.ToString()));
                        break;
                    case "×":
                        break;
                    default:
                        text.Append(char.ConvertFromUtf32(int.Parse(part, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
                        break;
                }
            }

            var utf8 = Encoding.UTF8.GetBytes(text.ToString());
            List<int> found = [0];
            while (found[^1] < utf8.Length)
            {
                found.Add(UnicodeWords.SegmentEnd(utf8, found[^1]));
            }

            Assert.True(expected.SequenceEqual(found), $"{line}: {string.Join(' ', found)}");
            cases++;
        }

        Assert.True(cases > 1800);
    }

    [Fact]
    public void Words_are_the_segments_that_are_not_white_space() =>
        Gen.String[Gen.Char["abcXYZ 09_.,:;'\"\n\r\t\u00a0\u3000éא\u0301\u200dカ"], 0, 60].Sample(text =>
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            List<string> expected = [], found = [];
            for (var start = 0; start < utf8.Length;)
            {
                var end = UnicodeWords.SegmentEnd(utf8, start);
                var segment = Encoding.UTF8.GetString(utf8.AsSpan(start, end - start));
                if (!string.IsNullOrWhiteSpace(segment))
                {
                    expected.Add(segment);
                }

                start = end;
            }

            for (var position = 0; UnicodeWords.TryNext(utf8, ref position, out var start);)
            {
                found.Add(Encoding.UTF8.GetString(utf8.AsSpan(start, position - start)));
            }

            Assert.Equal(expected, found);
            Assert.Equal(expected.Count, UnicodeWords.Count(utf8));
            Assert.Equal(Math.Min(3, expected.Count), UnicodeWords.Count(utf8, 3));
        });

    [Theory]
    [InlineData("The quick (“brown”) fox can’t jump 32.3 feet, right?", "The|quick|(|“|brown|”|)|fox|can’t|jump|32.3|feet|,|right|?")]
    [InlineData("e-mail: a.b@c_d.org", "e|-|mail|:|a.b|@|c_d.org")]
    public void Words_are_those_of_the_annex_and_of_its_rules(string text, string words)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        List<string> found = [];
        for (var position = 0; UnicodeWords.TryNext(utf8, ref position, out var start);)
        {
            found.Add(Encoding.UTF8.GetString(utf8.AsSpan(start, position - start)));
        }

        Assert.Equal(words.Split('|'), found);
    }
}
