using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using static OlmoSharp.Data.Texts.WordBreakClass;

namespace OlmoSharp.Data.Texts;

/// <summary>
/// Finds the words of a UTF-8 text by the word boundaries of UAX #29 (Unicode 15.0, rules WB1 to WB999). Everything between two boundaries that is
/// not only white space counts as a word, punctuation too, which is how Dolma counts them. No string is made.
/// </summary>
public static class UnicodeWords
{
    // What joins a run without a look at what follows: letters, digits and the underscore, all in ASCII.
    private static readonly SearchValues<byte> Joined = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"u8);
    private static readonly byte[] AsciiClasses = [.. Enumerable.Range(0, 128).Select(WordBreakProperty.Of)];

    /// <summary>Finds the next word.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="position">Where to look from, a boundary; then the byte after the word.</param>
    /// <param name="start">The first byte of the word.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryNext(ReadOnlySpan<byte> text, ref int position, out int start)
    {
        while (position < text.Length)
        {
            if (text[position] == ' ')
            {
                var next = position + 1;
                while (next < text.Length && text[next] == ' ')
                {
                    next++;
                }

                // A combining mark after spaces would make a word of them.
                if (next == text.Length || text[next] < 0x80)
                {
                    position = next;
                    continue;
                }
            }

            start = position;
            position = SegmentEnd(text, start);
            if (!IsWhiteSpace(text[start..position]))
            {
                return true;
            }
        }

        start = position;
        return false;
    }

    /// <summary>Counts the words, up to a limit.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="limit">Where to stop counting.</param>
    public static int Count(ReadOnlySpan<byte> text, int limit = int.MaxValue)
    {
        var (count, position) = (0, 0);
        while (count < limit && TryNext(text, ref position, out _))
        {
            count++;
        }

        return count;
    }

    /// <summary>Whether there is nothing but Unicode white space, or nothing at all.</summary>
    /// <param name="text">Valid UTF-8.</param>
    public static bool IsWhiteSpace(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0)
        {
            if (text[0] is > (byte)' ' and < 0x80)
            {
                return false;
            }

            Rune.DecodeFromUtf8(text, out var rune, out var length);
            if (!Rune.IsWhiteSpace(rune))
            {
                return false;
            }

            text = text[length..];
        }

        return true;
    }

    /// <summary>The next boundary after a boundary.</summary>
    internal static int SegmentEnd(ReadOnlySpan<byte> text, int start)
    {
        var raw = Class(text, start, out var position);
        var (before, previous) = (Other, Plain(raw));
        var indicators = 1;
        while (position < text.Length)
        {
            if (previous is ALetter or Numeric or ExtendNumLet)
            {
                // Mostly ASCII words: everything that joins everything else is passed in one step. The last byte's class is all that the rules need.
                var run = text[position..].IndexOfAnyExcept(Joined);
                run = run < 0 ? text.Length - position : run;
                if (run > 0)
                {
                    position += run;
                    raw = AsciiClasses[text[position - 1]];
                    previous = Plain(raw);
                    continue;
                }

                if (text[position] is (byte)' ' or (byte)'\n')
                {
                    return position;
                }
            }

            var nextRaw = Class(text, position, out var after);
            var next = Plain(nextRaw);
            if (previous is CarriageReturn or LineFeed or Newline || next is CarriageReturn or LineFeed or Newline)
            {
                // WB3, WB3a, WB3b
                return previous == CarriageReturn && next == LineFeed ? after : position;
            }

            if ((Plain(raw) == ZeroWidthJoiner && (nextRaw & WordBreakProperty.Pictographic) != 0) // WB3c
                || (Plain(raw) == WordSegmentSpace && next == WordSegmentSpace)) // WB3d
            {
                (raw, previous, position) = (nextRaw, next, after);
                continue;
            }

            if (next is Extend or Format or ZeroWidthJoiner)
            {
                // WB4: they belong to what stands before them, which stays the class that the other rules see.
                (raw, position) = (nextRaw, after);
                continue;
            }

            if (!Joins(text, before, previous, next, after, ref indicators))
            {
                return position;
            }

            (raw, before, previous, position) = (nextRaw, previous, next, after);
        }

        return position;
    }

    /// <summary>WB5 to WB16.</summary>
    private static bool Joins(ReadOnlySpan<byte> text, WordBreakClass before, WordBreakClass previous, WordBreakClass next, int after, ref int indicators) => previous switch
    {
        ALetter or HebrewLetter => next is ALetter or HebrewLetter or Numeric or ExtendNumLet
            || (next is MidLetter or MidNumLet or SingleQuote && Beyond(text, after) is ALetter or HebrewLetter)
            || (previous == HebrewLetter && (next == SingleQuote || (next == DoubleQuote && Beyond(text, after) == HebrewLetter))),
        Numeric => next is Numeric or ALetter or HebrewLetter or ExtendNumLet
            || (next is MidNum or MidNumLet or SingleQuote && Beyond(text, after) == Numeric),
        Katakana => next is Katakana or ExtendNumLet,
        ExtendNumLet => next is ALetter or HebrewLetter or Numeric or Katakana or ExtendNumLet,
        RegionalIndicator => next == RegionalIndicator && indicators++ % 2 == 1,
        MidLetter => IsLetter(before) && IsLetter(next),
        MidNumLet or SingleQuote => (IsLetter(before) && IsLetter(next)) || (before == Numeric && next == Numeric),
        MidNum => before == Numeric && next == Numeric,
        DoubleQuote => before == HebrewLetter && next == HebrewLetter,
        _ => false,
    };

    private static bool IsLetter(WordBreakClass value) => value is ALetter or HebrewLetter;

    /// <summary>The class of what follows, past Extend, Format and ZWJ.</summary>
    private static WordBreakClass Beyond(ReadOnlySpan<byte> text, int position)
    {
        while (position < text.Length)
        {
            if (Plain(Class(text, position, out position)) is var found and not (Extend or Format or ZeroWidthJoiner))
            {
                return found;
            }
        }

        return Other;
    }

    private static WordBreakClass Plain(byte raw) => (WordBreakClass)(raw & ~WordBreakProperty.Pictographic);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Class(ReadOnlySpan<byte> text, int position, out int after)
    {
        if (text[position] < 0x80)
        {
            after = position + 1;
            return AsciiClasses[text[position]];
        }

        Rune.DecodeFromUtf8(text[position..], out var rune, out var length);
        after = position + length;
        return WordBreakProperty.Of(rune.Value);
    }
}
