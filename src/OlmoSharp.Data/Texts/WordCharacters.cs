using System.Globalization;
using System.Text;

namespace OlmoSharp.Data.Texts;

/// <summary>Which characters make the words of <see cref="NormalizedWords"/>, and their lower case.</summary>
internal static class WordCharacters
{
    private static readonly WordCharacterKind[] Kinds = [.. Enumerable.Range(0, 0x10000).Select(value => Rune.IsValid(value) ? Find(new Rune(value)) : WordCharacterKind.None)];

    /// <summary>What a character is to words.</summary>
    public static WordCharacterKind Kind(int codePoint) => codePoint < Kinds.Length ? Kinds[codePoint] : Find(new Rune(codePoint));

    /// <summary>The lower case by Unicode's simple mapping, whatever the language.</summary>
    public static Rune ToLower(Rune rune) => rune.IsBmp ? new Rune(LowerCase.Table[rune.Value]) : Rune.ToLowerInvariant(rune);

    private static WordCharacterKind Find(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => WordCharacterKind.Mark,
        <= UnicodeCategory.OtherLetter => IsUnspaced(rune.Value) ? WordCharacterKind.Whole : WordCharacterKind.Part,
        UnicodeCategory.DecimalDigitNumber => WordCharacterKind.Part,
        _ => WordCharacterKind.None,
    };

    /// <summary>Thai and Lao, Burmese, hangul jamo, Khmer, kana and other signs, ideographs, hangul, compatibility ideographs, half-width forms, supplementary ideographs.</summary>
    private static bool IsUnspaced(int value) => value is
        >= 0x0E00 and < 0x0F00 or >= 0x1000 and < 0x10A0 or >= 0x1100 and < 0x1200 or >= 0x1780 and < 0x1800 or >= 0x3000 and < 0x3200
        or >= 0x3400 and < 0x4DC0 or >= 0x4E00 and < 0xA000 or >= 0xAC00 and < 0xD7B0 or >= 0xF900 and < 0xFB00 or >= 0xFF66 and < 0xFFE0 or >= 0x20000 and < 0x32000;

    /// <summary>Made only when a word beyond ASCII comes.</summary>
    private static class LowerCase
    {
        public static readonly char[] Table = [.. Enumerable.Range(0, 0x10000).Select(value =>
            Rune.IsValid(value) && Rune.ToLowerInvariant(new Rune(value)) is { IsBmp: true } lower ? (char)lower.Value : (char)value)];
    }
}
