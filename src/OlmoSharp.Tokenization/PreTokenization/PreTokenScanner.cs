using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace OlmoSharp.Tokenization;

/// <summary>Finds pre-tokens as the regular expressions of <see cref="PreTokenPattern"/> do where they match code points, as in tiktoken and Hugging Face tokenizers.
/// .NET's expressions match UTF-16 units, for which no character beyond U+FFFF is a letter or a number, so they split differently there.
/// The general categories are those of the Unicode version of the .NET runtime.</summary>
internal static class PreTokenScanner
{
    /// <summary>The regular expression of GPT-2, as <c>tokenizer.json</c> files write it.</summary>
    public const string Gpt2Expression = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>The regular expression of GPT-4, as <c>tokenizer.json</c> files write it.</summary>
    public const string Cl100kExpression =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>The regular expression of GPT-4o, as <c>tokenizer.json</c> files write it.</summary>
    public const string O200kExpression =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        + @"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        + @"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const byte Other = 0;
    private const byte Letter = 1;
    private const byte Number = 2;
    private const byte Space = 3;
    private const byte Newline = 4;
    private const byte Surrogate = 5;

    private static readonly byte[] Classes = ClassifyBasicPlane();

    /// <summary>The regular expression of a pattern, as <c>tokenizer.json</c> files write it.</summary>
    public static string ExpressionOf(PreTokenPattern pattern) => pattern switch
    {
        PreTokenPattern.Cl100k => Cl100kExpression,
        PreTokenPattern.Gpt2 => Gpt2Expression,
        PreTokenPattern.O200k => O200kExpression,
        _ => throw new UnreachableException(),
    };

    /// <summary>The index after the pre-token that starts at <paramref name="start"/>.</summary>
    /// <param name="pattern">The expression to follow.</param>
    /// <param name="text">The text. Where it ends counts: white space before the end stays whole.</param>
    /// <param name="start">Where the pre-token before ended; less than the length of the text.</param>
    public static int End(PreTokenPattern pattern, ReadOnlySpan<char> text, int start) => pattern switch
    {
        PreTokenPattern.Cl100k => Cl100kEnd(text, start),
        PreTokenPattern.Gpt2 => Gpt2End(text, start),
        PreTokenPattern.O200k => O200kEnd(text, start),
        _ => throw new UnreachableException(),
    };

    /// <summary>The index after the contraction (<c>'s</c>, <c>'LL</c>, …) that starts at an index; that index where none does.</summary>
    public static int SkipContraction(ReadOnlySpan<char> text, int index) =>
        index < text.Length && text[index] == '\'' && ContractionEnd(text, index, ignoreCase: true) is int end and > 0 ? end : index;

    private static int Cl100kEnd(ReadOnlySpan<char> text, int start)
    {
        byte first = ClassAt(text, start, out int next);
        if (first == Letter)
        {
            return SkipLetters(text, next);
        }
        if (text[start] == '\'' && ContractionEnd(text, start, ignoreCase: true) is int end and > 0)
        {
            return end;
        }
        if (first is Other or Space && next < text.Length && ClassAt(text, next, out int afterLetter) == Letter)
        {
            return SkipLetters(text, afterLetter);
        }
        return NumberEnd(text, first, next)
            ?? OtherEnd(text, start, ['\r', '\n'])
            ?? SpaceEnd(text, start);
    }

    private static int O200kEnd(ReadOnlySpan<char> text, int start)
    {
        byte first = ClassAt(text, start, out int next);
        if (first is Letter or Other or Space && O200kScanner.WordEnd(text, start, mayHavePrefix: first != Letter) is int end and > 0)
        {
            return end;
        }
        return NumberEnd(text, first, next)
            ?? OtherEnd(text, start, ['\r', '\n', '/'])
            ?? SpaceEnd(text, start);
    }

    /// <summary><c>\p{N}{1,3}</c>, of which the first character is known.</summary>
    private static int? NumberEnd(ReadOnlySpan<char> text, byte first, int next)
    {
        if (first != Number)
        {
            return null;
        }
        for (int digits = 1; digits < 3 && next < text.Length && ClassAt(text, next, out int afterDigit) == Number; digits++)
        {
            next = afterDigit;
        }
        return next;
    }

    /// <summary><c> ?[^\s\p{L}\p{N}]+[\r\n]*</c>, with the characters that may follow.</summary>
    private static int? OtherEnd(ReadOnlySpan<char> text, int start, ReadOnlySpan<char> following)
    {
        int body = text[start] == ' ' ? start + 1 : start;
        int end = SkipOthers(text, body);
        if (end == body)
        {
            return null;
        }
        while (end < text.Length && following.Contains(text[end]))
        {
            end++;
        }
        return end;
    }

    /// <summary><c>\s*[\r\n]+|\s+(?!\S)|\s+</c></summary>
    private static int SpaceEnd(ReadOnlySpan<char> text, int start)
    {
        int spaceEnd = SkipSpaces(text, start, out int lastNewlineEnd);
        return lastNewlineEnd >= 0 ? lastNewlineEnd : LeaveOneSpace(text, start, spaceEnd);
    }

    private static int Gpt2End(ReadOnlySpan<char> text, int start)
    {
        if (text[start] == '\'' && ContractionEnd(text, start, ignoreCase: false) is int end and > 0)
        {
            return end;
        }
        int body = text[start] == ' ' && start + 1 < text.Length ? start + 1 : start;
        switch (ClassAt(text, body, out int next))
        {
            case Letter:
                return SkipLetters(text, next);
            case Number:
                while (next < text.Length && ClassAt(text, next, out int afterDigit) == Number)
                {
                    next = afterDigit;
                }
                return next;
            case Other:
                return SkipOthers(text, next);
        }
        return LeaveOneSpace(text, start, SkipSpaces(text, start, out _));
    }

    /// <summary><c>\s+(?!\S)|\s+</c>: the last white space goes with what follows it, unless it is all there is.</summary>
    private static int LeaveOneSpace(ReadOnlySpan<char> text, int start, int spaceEnd) =>
        spaceEnd == text.Length || spaceEnd == start + 1 ? spaceEnd : spaceEnd - 1;

    private static int ContractionEnd(ReadOnlySpan<char> text, int start, bool ignoreCase)
    {
        char first = LetterAt(text, start + 1, ignoreCase);
        char second = LetterAt(text, start + 2, ignoreCase);
        return (first, second) switch
        {
            ('s' or 't' or 'm' or 'd', _) => start + 2,
            ('r' or 'v', 'e') or ('l', 'l') => start + 3,
            _ => -1,
        };
    }

    private static char LetterAt(ReadOnlySpan<char> text, int index, bool ignoreCase)
    {
        if (index >= text.Length)
        {
            return '\0';
        }
        char letter = text[index];
        return !ignoreCase ? letter
            : letter is >= 'A' and <= 'Z' ? (char)(letter | 0x20)
            // The long s is an s to Unicode case folding, which the expressions' own engines use.
            : letter == '\u017F' ? 's'
            : letter;
    }

    private static int SkipLetters(ReadOnlySpan<char> text, int index)
    {
        byte[] classes = Classes;
        while (index < text.Length)
        {
            byte kind = classes[text[index]];
            if (kind == Letter)
            {
                index++;
            }
            else if (kind == Surrogate && ClassAt(text, index, out int next) == Letter)
            {
                index = next;
            }
            else
            {
                break;
            }
        }
        return index;
    }

    private static int SkipOthers(ReadOnlySpan<char> text, int index)
    {
        while (index < text.Length && ClassAt(text, index, out int next) == Other)
        {
            index = next;
        }
        return index;
    }

    private static int SkipSpaces(ReadOnlySpan<char> text, int index, out int lastNewlineEnd)
    {
        lastNewlineEnd = -1;
        for (; index < text.Length; index++)
        {
            switch (Classes[text[index]])
            {
                case Space:
                    break;
                case Newline:
                    lastNewlineEnd = index + 1;
                    break;
                default:
                    return index;
            }
        }
        return index;
    }

    private static byte ClassAt(ReadOnlySpan<char> text, int index, out int next)
    {
        byte kind = Classes[text[index]];
        next = index + 1;
        if (kind != Surrogate)
        {
            return kind;
        }
        if (Rune.DecodeFromUtf16(text[index..], out Rune rune, out int length) != System.Buffers.OperationStatus.Done)
        {
            return Other;
        }
        next = index + length;
        return ClassOf(CharUnicodeInfo.GetUnicodeCategory(rune.Value));
    }

    private static byte[] ClassifyBasicPlane()
    {
        byte[] classes = new byte[char.MaxValue + 1];
        for (int unit = 0; unit < classes.Length; unit++)
        {
            char character = (char)unit;
            classes[unit] = character is '\r' or '\n' ? Newline
                : char.IsWhiteSpace(character) ? Space
                : char.IsSurrogate(character) ? Surrogate
                : ClassOf(char.GetUnicodeCategory(character));
        }
        return classes;
    }

    private static byte ClassOf(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Number,
        _ => Other,
    };
}
