using System.Globalization;
using System.Text;

namespace OlmoSharp.Evaluation.Calmqa.Languages;

/// <summary>What a character is to the language check.</summary>
internal static class Letters
{
    private const char Apostrophe = '\'';

    /// <summary>How many letters of an alphabet one letter is worth when writing systems in a text are weighed: a Chinese character or a Korean block is a syllable.</summary>
    public static int Weight(WritingSystem system) => system is WritingSystem.Han or WritingSystem.Kana or WritingSystem.Hangul ? 3 : 1;

    /// <summary>The writing system of a letter.</summary>
    public static WritingSystem SystemOf(Rune letter) => letter.Value switch
    {
        < 0x0250 => WritingSystem.Latin,
        < 0x02B0 or (>= 0x1E00 and < 0x1F00) or (>= 0x2C60 and < 0x2C80) or (>= 0xA720 and < 0xA800) or (>= 0xFF21 and <= 0xFF5A) => WritingSystem.Latin,
        (>= 0x0400 and < 0x0530) or (>= 0x1C80 and < 0x1C90) or (>= 0x2DE0 and < 0x2E00) or (>= 0xA640 and < 0xA6A0) => WritingSystem.Cyrillic,
        (>= 0x0590 and < 0x0600) or (>= 0xFB1D and < 0xFB50) => WritingSystem.Hebrew,
        (>= 0x0600 and < 0x0700) or (>= 0x0750 and < 0x0780) or (>= 0x0870 and < 0x0900) or (>= 0xFB50 and < 0xFE00) or (>= 0xFE70 and < 0xFF00) => WritingSystem.Arabic,
        (>= 0x0900 and < 0x0980) or (>= 0xA8E0 and < 0xA900) => WritingSystem.Devanagari,
        (>= 0x1100 and < 0x1200) or (>= 0x3130 and < 0x3190) or (>= 0xA960 and < 0xA980) or (>= 0xAC00 and < 0xD800) => WritingSystem.Hangul,
        (>= 0x3041 and < 0x3100) or (>= 0x31F0 and < 0x3200) or (>= 0xFF66 and < 0xFFA0) or (>= 0x1AFF0 and < 0x1B170) => WritingSystem.Kana,
        0x3005 or 0x3007 or (>= 0x3400 and < 0x4DC0) or (>= 0x4E00 and < 0xA000) or (>= 0xF900 and < 0xFB00) or (>= 0x20000 and < 0x32000) => WritingSystem.Han,
        _ => WritingSystem.Other,
    };

    /// <summary>What a character is in a word.</summary>
    /// <param name="character">The character; one that the languages here write as an apostrophe becomes the plain one.</param>
    public static LetterKind KindOf(ref Rune character)
    {
        switch (character.Value)
        {
            case '\'' or '`' or 0x00B4 or 0x02BB or 0x02BC or 0x02BD or 0x02BE or 0x02BF or 0x02C8 or 0x02CA or 0x02CB or 0x2018 or 0x2019 or 0x201B or 0xA78C:
                character = new Rune(Apostrophe);
                return LetterKind.Apostrophe;
            case 0x0640 or (>= 0x064B and <= 0x0652) or 0x0670 or (>= 0x0591 and <= 0x05BD):
                // Tatweel only stretches a word, and vowel signs of Arabic and points of Hebrew may be written or not.
                return LetterKind.Ignored;
        }

        character = Folded(character);
        return Rune.GetUnicodeCategory(character) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => LetterKind.Letter,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark => LetterKind.Mark,
            UnicodeCategory.Format => LetterKind.Ignored,
            _ => LetterKind.Border,
        };
    }

    /// <summary>Letters that are one, written in the manner of Pakistan or of Iran: Balochi is written in both, and what profiles are made of is mostly of one.</summary>
    private static Rune Folded(Rune letter) => letter.Value switch
    {
        0x06BE or 0x06C1 or 0x06C2 or 0x06C0 or 0x06D5 => new(0x0647),
        0x06D2 or 0x06D3 => new(0x06CC),
        0x06BA => new(0x0646),
        _ => letter,
    };
}
