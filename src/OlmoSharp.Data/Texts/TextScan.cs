using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace OlmoSharp.Data.Texts;

/// <summary>
/// The words and lines of a text, found in one pass that looks at 64 bytes at a time. Lines end at <c>\n</c>, and there is one more than there are of these;
/// words are what is between white space.
/// </summary>
public sealed class TextScan
{
    private const int BlockBytes = 64;
    private readonly record struct LineMark(int Start, int CodePointStart, int FirstWord);

    private TextWord[] _words = new TextWord[256];
    private LineMark[] _lines = new LineMark[64];
    private int _wordCount;

    /// <summary>The words, in the order of the text.</summary>
    public ReadOnlySpan<TextWord> Words => _words.AsSpan(0, _wordCount);

    /// <summary>How many lines the text has: what Python's <c>text.split("\n")</c> gives, so at least one.</summary>
    public int LineCount { get; private set; }

    /// <summary>How many paragraphs the text has as Dolma splits it, <c>([^\n]*\n|[^\n]+$)</c>: its lines, but not an empty last one.</summary>
    public int ParagraphCount { get; private set; }

    /// <summary>A line, without its <c>\n</c>.</summary>
    /// <param name="index">From 0.</param>
    public TextLine Line(int index)
    {
        var (mark, next) = (_lines[index], _lines[index + 1]);
        return new TextLine(mark.Start, next.Start - 1, mark.CodePointStart, next.CodePointStart - 1, mark.FirstWord, next.FirstWord - mark.FirstWord);
    }

    /// <summary>A paragraph, with its <c>\n</c> if it has one.</summary>
    /// <param name="index">From 0.</param>
    public TextLine Paragraph(int index)
    {
        var line = Line(index);
        return index == LineCount - 1 ? line : line with { End = line.End + 1, CodePointEnd = line.CodePointEnd + 1 };
    }

    /// <summary>Takes a text.</summary>
    /// <param name="text">Must stay as it is while words' bytes are looked at.</param>
    public void Reset(PaddedText text)
    {
        _wordCount = 0;
        LineCount = 0;
        var codePoints = Scan(text);
        AddLine(text.Length + 1, codePoints + 1, _wordCount);
        LineCount--;
        ParagraphCount = Line(LineCount - 1) is var last && last.Start == last.End ? LineCount - 1 : LineCount;
    }

    private int Scan(PaddedText text)
    {
        AddLine(0, 0, 0);
        ref var origin = ref MemoryMarshal.GetReference(text.Padded);
        var length = text.Length;
        var codePoints = 0;
        ulong spaceBefore = 1;
        ulong spaceCarried = 0;
        var open = default(OpenWord);
        for (var block = 0; block < length; block += BlockBytes)
        {
            ref var at = ref Unsafe.Add(ref origin, block);
            var low = Vector256.LoadUnsafe(ref at);
            var high = Vector256.LoadUnsafe(ref at, 32);
            var space = Bits(IsSpace(low), IsSpace(high)) | spaceCarried;
            var newline = Bits(Vector256.Equals(low, Vector256.Create((byte)'\n')), Vector256.Equals(high, Vector256.Create((byte)'\n')));
            var letter = Bits(IsLetter(low), IsLetter(high));
            var symbol = Bits(Vector256.Equals(low, Vector256.Create((byte)'#')), Vector256.Equals(high, Vector256.Create((byte)'#')));
            var foreign = Bits(low, high);
            var lead = ulong.MaxValue;
            spaceCarried = 0;
            if (foreign != 0)
            {
                lead = Bits(
                    Vector256.GreaterThan(low.AsSByte(), Vector256.Create((sbyte)-65)).AsByte(),
                    Vector256.GreaterThan(high.AsSByte(), Vector256.Create((sbyte)-65)).AsByte());
                FindForeign(ref at, ref space, ref spaceCarried, ref symbol);
            }

            if (length - block < BlockBytes)
            {
                // What follows the text counts as white space, which ends its last word.
                var beyond = ulong.MaxValue << (length - block);
                space |= beyond;
                newline &= ~beyond;
                lead &= ~beyond;
            }

            var before = space << 1 | spaceBefore;
            var starts = ~space & before;
            var ends = space & ~before;
            AddLines(block, newline, lead, ends, codePoints);
            var bits = new WordBits(lead, letter, symbol, foreign);
            AddWords(text, block, starts, ends, bits, ref open);
            codePoints += BitOperations.PopCount(lead);
            spaceBefore = space >> 63;
        }

        if (spaceBefore == 0)
        {
            AddWord(text, open, length);
        }

        return codePoints;
    }

    private void AddLines(int block, ulong newline, ulong lead, ulong ends, int codePoints)
    {
        while (newline != 0)
        {
            // Everything up to and with this newline.
            var until = newline ^ (newline - 1);
            AddLine(
                block + BitOperations.TrailingZeroCount(newline) + 1,
                codePoints + BitOperations.PopCount(lead & until),
                _wordCount + BitOperations.PopCount(ends & until));
            newline &= newline - 1;
        }
    }

    private void AddLine(int start, int codePointStart, int firstWord)
    {
        if (LineCount == _lines.Length)
        {
            Array.Resize(ref _lines, 2 * _lines.Length);
        }

        _lines[LineCount++] = new LineMark(start, codePointStart, firstWord);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddWords(PaddedText text, int block, ulong starts, ulong ends, in WordBits bits, ref OpenWord open)
    {
        if (_words.Length - _wordCount <= BlockBytes)
        {
            Array.Resize(ref _words, 2 * _words.Length);
        }

        // A word that came over from the block before reaches from this block's first byte to the first end, or through it all.
        if (open.IsOpen)
        {
            if (ends == 0)
            {
                open.Extend(bits, ulong.MaxValue);
                return;
            }

            open.Extend(bits, (ends & (0 - ends)) - 1);
            AddWord(text, open, block + BitOperations.TrailingZeroCount(ends));
            ends &= ends - 1;
            open = default;
        }

        while (ends != 0)
        {
            var word = new OpenWord(block + BitOperations.TrailingZeroCount(starts));
            // From the start's bit up to, not with, the end's.
            word.Extend(bits, (ends & (0 - ends)) - (starts & (0 - starts)));
            AddWord(text, word, block + BitOperations.TrailingZeroCount(ends));
            starts &= starts - 1;
            ends &= ends - 1;
        }

        if (starts != 0)
        {
            open = new OpenWord(block + BitOperations.TrailingZeroCount(starts));
            open.Extend(bits, 0 - (starts & (0 - starts)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddWord(PaddedText text, in OpenWord word, int end)
    {
        var traits = word.HasSymbol ? WordTraits.Symbol : WordTraits.None;
        if (word.HasLetter || (word.HasForeign && HasLetter(text.Span[word.Start..end])))
        {
            traits |= WordTraits.Letter;
        }

        var length = end - word.Start;
        _words[_wordCount++] = new TextWord(
            TextHash.Of(ref Unsafe.Add(ref MemoryMarshal.GetReference(text.Padded), word.Start), length), word.Start, length, word.CodePoints, traits);
    }

    private static bool HasLetter(ReadOnlySpan<byte> utf8)
    {
        while (Rune.DecodeFromUtf8(utf8, out var rune, out var length) == OperationStatus.Done)
        {
            if (!rune.IsAscii && Rune.GetUnicodeCategory(rune) is >= UnicodeCategory.UppercaseLetter and <= UnicodeCategory.OtherLetter)
            {
                return true;
            }

            utf8 = utf8[length..];
        }

        return false;
    }

    /// <summary>Finds what is beyond ASCII: white space, and the ellipsis. White space may reach into the next block.</summary>
    private static void FindForeign(ref byte block, ref ulong space, ref ulong carried, ref ulong symbol)
    {
        var candidates = Bits(IsCandidate(ref block), IsCandidate(ref Unsafe.Add(ref block, 32)));
        while (candidates != 0)
        {
            var bit = BitOperations.TrailingZeroCount(candidates);
            candidates &= candidates - 1;
            ref var at = ref Unsafe.Add(ref block, bit);
            var (second, third) = (Unsafe.Add(ref at, 1), Unsafe.Add(ref at, 2));
            var length = (at, second, third) switch
            {
                (0xC2, 0x85 or 0xA0, _) => 2,
                (0xE1, 0x9A, 0x80) => 3,
                (0xE2, 0x80, (>= 0x80 and <= 0x8A) or 0xA8 or 0xA9 or 0xAF) => 3,
                (0xE2, 0x81, 0x9F) => 3,
                (0xE3, 0x80, 0x80) => 3,
                _ => 0,
            };
            var mask = (1UL << length) - 1;
            space |= mask << bit;
            carried |= bit + length > BlockBytes ? mask >> (BlockBytes - bit) : 0;
            symbol |= (at, second, third) == (0xE2, 0x80, 0xA6) ? 1UL << bit : 0;
        }
    }

    /// <summary>First bytes of characters that may be white space or the ellipsis, by their first two bytes.</summary>
    private static Vector256<byte> IsCandidate(ref byte at)
    {
        var first = Vector256.LoadUnsafe(ref at);
        var second = Vector256.LoadUnsafe(ref at, 1);
        return Vector256.Equals(first, Vector256.Create((byte)0xC2)) & (Vector256.Equals(second, Vector256.Create((byte)0x85)) | Vector256.Equals(second, Vector256.Create((byte)0xA0)))
            | Vector256.Equals(first, Vector256.Create((byte)0xE1)) & Vector256.Equals(second, Vector256.Create((byte)0x9A))
            | Vector256.Equals(first, Vector256.Create((byte)0xE2)) & Vector256.Equals(second & Vector256.Create((byte)0xFE), Vector256.Create((byte)0x80))
            | Vector256.Equals(first, Vector256.Create((byte)0xE3)) & Vector256.Equals(second, Vector256.Create((byte)0x80));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> IsSpace(Vector256<byte> bytes) =>
        Vector256.LessThanOrEqual(bytes - Vector256.Create((byte)0x09), Vector256.Create((byte)4))
        | Vector256.LessThanOrEqual(bytes - Vector256.Create((byte)0x1C), Vector256.Create((byte)4));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> IsLetter(Vector256<byte> bytes) =>
        Vector256.LessThanOrEqual((bytes | Vector256.Create((byte)0x20)) - Vector256.Create((byte)'a'), Vector256.Create((byte)25));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Bits(Vector256<byte> low, Vector256<byte> high) =>
        low.ExtractMostSignificantBits() | (ulong)high.ExtractMostSignificantBits() << 32;

    /// <summary>What the bytes of a block are, a bit for each: first bytes of characters, ASCII letters, symbols, bytes beyond ASCII.</summary>
    private readonly record struct WordBits(ulong Lead, ulong Letter, ulong Symbol, ulong Foreign);

    /// <summary>A word as far as it is read.</summary>
    private struct OpenWord(int start)
    {
        public int Start = start;
        public int CodePoints;
        public bool IsOpen = true;
        public bool HasLetter;
        public bool HasSymbol;
        public bool HasForeign;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Extend(in WordBits bits, ulong mask)
        {
            CodePoints += BitOperations.PopCount(bits.Lead & mask);
            HasLetter |= (bits.Letter & mask) != 0;
            HasSymbol |= (bits.Symbol & mask) != 0;
            HasForeign |= (bits.Foreign & mask) != 0;
        }
    }
}
