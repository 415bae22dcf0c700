using System.Text;
using CsCheck;
using OlmoSharp.Data.Texts;
using Xunit;

namespace OlmoSharp.Data.Tests.Texts;

public sealed class CodePointsTests
{
    private static readonly Gen<string> Text = Gen.Select(
        Gen.OneOf(Gen.Char[' ', '~'].Select(character => $"{character}"), Gen.Int[0, 5].Select(index => new[] { "é", "あ", "漢", "🦙", "\n", "e\u0301" }[index])).Array[0, 2000],
        Gen.Bool,
        (parts, ascii) => ascii ? string.Concat(parts.Where(part => part[0] < 128)) : string.Concat(parts));

    [Fact]
    public void Every_byte_offset_has_the_number_of_runes_before_it()
    {
        var codePoints = new CodePoints();
        Text.Sample(
            text =>
            {
                var utf8 = Encoding.UTF8.GetBytes(text);
                codePoints.Reset(utf8);
                Assert.Equal(text.EnumerateRunes().Count(), codePoints.Count);
                var (bytes, runes) = (0, 0);
                foreach (var rune in text.EnumerateRunes())
                {
                    Assert.Equal(runes++, codePoints.Before(bytes));
                    bytes += rune.Utf8SequenceLength;
                }

                Assert.Equal(runes, codePoints.Before(bytes));
            },
            iter: 200,
            threads: 1);
    }
}
