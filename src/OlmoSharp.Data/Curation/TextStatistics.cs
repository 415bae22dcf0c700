using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace OlmoSharp.Data.Curation;

/// <summary>Counts over a text, in Unicode code points, made in one pass; what junk rules look at.</summary>
public sealed record TextStatistics
{
    // A shorter line repeats for good reasons: headings, "Parameters:", closing braces.
    private const int MinRepeatedLine = 20;

    /// <summary>All code points except white space.</summary>
    public required int Characters { get; init; }

    /// <summary>Letters of any script.</summary>
    public required int Letters { get; init; }

    /// <summary>Ideographs, kana and hangul among the letters, each of which says about as much as half a word.</summary>
    public required int WideLetters { get; init; }

    /// <summary>What is neither letter, mark, digit, white space nor common punctuation.</summary>
    public required int Symbols { get; init; }

    /// <summary>Control characters other than tab, line feed, form feed and carriage return.</summary>
    public required int ControlCharacters { get; init; }

    /// <summary>U+FFFD, the trace of text decoded wrongly.</summary>
    public required int ReplacementCharacters { get; init; }

    /// <summary>The length of the longest run without white space and without wide letters.</summary>
    public required int LongestWord { get; init; }

    /// <summary>UTF-16 units in lines of at least 20.</summary>
    public required int LineLength { get; init; }

    /// <summary>UTF-16 units in those lines that repeat an earlier line.</summary>
    public required int RepeatedLineLength { get; init; }

    /// <summary>Counts a text.</summary>
    public static TextStatistics Of(string text)
    {
        int characters = 0, letters = 0, wide = 0, symbols = 0, control = 0, replacement = 0, word = 0, longestWord = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                word = 0;
                continue;
            }

            characters++;
            word++;
            if (Rune.IsLetter(rune))
            {
                letters++;
                if (WordScanner.IsWide(rune))
                {
                    wide++;
                    word = 0;
                }
            }
            else if (Rune.IsControl(rune))
            {
                control++;
            }
            else if (rune.Value == 0xFFFD)
            {
                replacement++;
            }
            else if (!IsOrdinary(rune))
            {
                symbols++;
            }

            longestWord = Math.Max(longestWord, word);
        }

        var (lineLength, repeated) = CountLines(text);
        return new TextStatistics
        {
            Characters = characters,
            Letters = letters,
            WideLetters = wide,
            Symbols = symbols,
            ControlCharacters = control,
            ReplacementCharacters = replacement,
            LongestWord = longestWord,
            LineLength = lineLength,
            RepeatedLineLength = repeated,
        };
    }

    private static bool IsOrdinary(Rune rune) =>
        rune.IsAscii
            ? Rune.IsDigit(rune) || ".,;:!?'\"()-/".Contains((char)rune.Value, StringComparison.Ordinal)
            : Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.MathSymbol or UnicodeCategory.CurrencySymbol or UnicodeCategory.ModifierSymbol
                or UnicodeCategory.OtherSymbol or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    private static (int Length, int Repeated) CountLines(string text)
    {
        var seen = new HashSet<UInt128>();
        int length = 0, repeated = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var trimmed = line.Trim();
            if (trimmed.Length >= MinRepeatedLine)
            {
                length += trimmed.Length;
                repeated += seen.Add(XxHash128.HashToUInt128(MemoryMarshal.AsBytes(trimmed))) ? 0 : trimmed.Length;
            }
        }

        return (length, repeated);
    }
}
