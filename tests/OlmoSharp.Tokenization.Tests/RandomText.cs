using System.Text;
using CsCheck;

namespace OlmoSharp.Tokenization.Tests;

/// <summary>Generators of text that reaches every branch of pre-tokenization: scripts, marks, numbers, white space, contractions and characters beyond U+FFFF.</summary>
internal static class RandomText
{
    private static readonly Gen<string> CodePoint = Gen.Frequency(
        (6, Range('a', 'z')),
        (2, Range('A', 'Z')),
        (2, Range('0', '9')),
        (4, Gen.Const(" ")),
        (2, Gen.OneOf("\r", "\n", "\r\n", "\t", "\v", "\f", "\u0085", "\u00A0", "\u2003", "\u2028", "\u3000")),
        (1, Gen.OneOf("\u200B", "\u180E", "\u001C", "\0", "\uFEFF", "\uFFFD")),
        (2, Range('!', '~')),
        (2, Gen.OneOf("'", "'s", "'T", "'re", "'VE", "'lL", "'m", "'D", "\u017F", "'\u017F", "\u2019s")),
        (1, Range(0xC0, 0x24F)),
        (1, Range(0x300, 0x36F)),
        (1, Range(0x5D0, 0x6FF)),
        (1, Range(0x900, 0x97F)),
        (1, Range(0x1100, 0x11FF)),
        (1, Range(0x2150, 0x2190)),
        (1, Range(0x4E00, 0x9FFF)),
        (1, Range(0xAC00, 0xD7A3)),
        (1, Range(0, 0xD7FF)),
        (1, Range(0xE000, 0xFFFF)),
        (1, Range(0x10400, 0x1044F)),
        (1, Range(0x1D400, 0x1D7FF)),
        (1, Range(0x1F600, 0x1F64F)),
        (1, Range(0x20000, 0x20FFF)),
        (1, Range(0x10000, 0x10FFFF)));

    /// <summary>Valid Unicode, up to some hundred characters.</summary>
    public static Gen<string> Valid { get; } = Gen.Frequency(
        (4, Of(CodePoint, 40)),
        (1, Of(Gen.Frequency((30, Range('a', 'z')), (1, CodePoint)), 400)),
        (1, Of(Gen.OneOf("a", "b", "aa", " "), 300)),
        (1, Of(Gen.OneOf(" ", "\n", "x", "\r", "\t", "1", "."), 30)));

    /// <summary>Any UTF-16, lone surrogates included.</summary>
    public static Gen<string> Any { get; } = Gen.Frequency(
        (2, Valid),
        (1, Of(Gen.Frequency((6, CodePoint), (1, Gen.Int[0xD800, 0xDFFF].Select(unit => ((char)unit).ToString()))), 40)));

    /// <summary>Valid Unicode within U+FFFF.</summary>
    public static Gen<string> BasicPlane { get; } = Valid.Select(text => string.Concat(text.EnumerateRunes().Where(rune => rune.IsBmp)));

    private static Gen<string> Of(Gen<string> part, int most) => part.Array[0, most].Select(string.Concat);

    private static Gen<string> Range(int first, int last) => Gen.Int[first, last].Select(code => new Rune(code).ToString());
}
