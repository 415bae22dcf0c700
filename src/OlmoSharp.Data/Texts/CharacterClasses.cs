using System.Globalization;
using System.Text;

namespace OlmoSharp.Data.Texts;

/// <summary>The classes of characters that Dolma's expressions name, as the Python module <c>regex</c> takes them.</summary>
internal static class CharacterClasses
{
    /// <summary><c>\w</c>: letters, marks, decimal digits, connectors, joiners, and what else is alphabetic (UTS #18, annex C).</summary>
    public static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        <= UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation => true,
        UnicodeCategory.OtherSymbol => IsAlphabeticSymbol(rune),
        UnicodeCategory.Format => rune.Value is 0x200C or 0x200D,
        _ => false,
    };

    /// <summary><c>[[:punct:]]</c>: punctuation and symbols that are not alphabetic.</summary>
    public static bool IsPunctuation(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.OtherSymbol => !IsAlphabeticSymbol(rune),
        >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.ModifierSymbol => true,
        _ => false,
    };

    /// <summary><c>\s</c>, which unlike <see cref="WhiteSpace"/> leaves out U+001C to U+001F.</summary>
    public static bool IsSpace(Rune rune) => WhiteSpace.Is(rune) && rune.Value is not (>= 0x1C and <= 0x1F);

    // The circled, squared and negative letters, the only symbols with the property Alphabetic.
    private static bool IsAlphabeticSymbol(Rune rune) =>
        rune.Value is (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);
}
