using System.Globalization;
using System.Text;

namespace OlmoSharp.Tokenization;

/// <summary>The words of GPT-4o's expression: letters and marks up to where a small letter is followed by a capital one, the contraction after them included.</summary>
internal static class O200kScanner
{
    private const byte None = 0;
    // Upper and title case.
    private const byte Capital = 1;
    private const byte Small = 2;
    // Letters without case and marks count as either.
    private const byte Either = Capital | Small;

    private static readonly byte[] Cases = ClassifyBasicPlane();

    /// <summary>The index after the word that starts at an index; -1 when none does.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the word starts, or the one character before it.</param>
    /// <param name="mayHavePrefix">Whether the first character is neither letter, number nor newline, and so may be that one.</param>
    public static int WordEnd(ReadOnlySpan<char> text, int start, bool mayHavePrefix)
    {
        int afterPrefix = start;
        if (mayHavePrefix)
        {
            CaseAt(text, start, out afterPrefix);
        }
        int end = EndsSmall(text, afterPrefix);
        if (end < 0 && mayHavePrefix)
        {
            end = EndsSmall(text, start);
        }
        if (end < 0)
        {
            end = StartsCapital(text, afterPrefix);
        }
        if (end < 0 && mayHavePrefix)
        {
            end = StartsCapital(text, start);
        }
        return end < 0 ? -1 : PreTokenScanner.SkipContraction(text, end);
    }

    /// <summary><c>[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+</c></summary>
    private static int EndsSmall(ReadOnlySpan<char> text, int index)
    {
        // Where the run of capital letters is not followed by a small one, it gives back all after its last character that can be either.
        int lastEither = -1;
        while (index < text.Length && CaseAt(text, index, out int next) is byte letter && (letter & Capital) != 0)
        {
            index = next;
            lastEither = letter == Either ? next : lastEither;
        }
        int end = Skip(text, index, Small);
        return end > index ? end : lastEither;
    }

    /// <summary><c>[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*</c></summary>
    private static int StartsCapital(ReadOnlySpan<char> text, int index)
    {
        int end = Skip(text, index, Capital);
        return end > index ? Skip(text, end, Small) : -1;
    }

    private static int Skip(ReadOnlySpan<char> text, int index, byte letters)
    {
        while (index < text.Length && (CaseAt(text, index, out int next) & letters) != 0)
        {
            index = next;
        }
        return index;
    }

    private static byte CaseAt(ReadOnlySpan<char> text, int index, out int next)
    {
        next = index + 1;
        if (index >= text.Length)
        {
            return None;
        }
        if (!char.IsSurrogate(text[index]) || Rune.DecodeFromUtf16(text[index..], out Rune rune, out int length) != System.Buffers.OperationStatus.Done)
        {
            return Cases[text[index]];
        }
        next = index + length;
        return CaseOf(Rune.GetUnicodeCategory(rune));
    }

    private static byte[] ClassifyBasicPlane()
    {
        byte[] cases = new byte[char.MaxValue + 1];
        for (int unit = 0; unit < cases.Length; unit++)
        {
            cases[unit] = CaseOf(char.GetUnicodeCategory((char)unit));
        }
        return cases;
    }

    private static byte CaseOf(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter => Capital,
        UnicodeCategory.LowercaseLetter => Small,
        UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => Either,
        _ => None,
    };
}
