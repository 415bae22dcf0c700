using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers.Code;

/// <summary>
/// Lines, letters and tokens of a text, found in one pass. Lines are those of Python's <c>str.splitlines</c>, without what ends them and without an empty last one; tokens are the runs that
/// <c>\w+|[^\w\s]+</c> finds.
/// </summary>
internal struct CodeMeasures
{
    private const int BlockBytes = 64;

    private ulong _wordBefore;
    private ulong _markBefore;
    private bool _isAfterReturn;
    private int _lineStart;

    /// <summary>Letters: characters of Unicode's categories L*.</summary>
    public int Letters { get; private set; }

    /// <summary>Letters and numbers: characters of Unicode's categories L* and N*.</summary>
    public int AlphaNumerics { get; private set; }

    /// <summary>Runs of word characters, and of what is neither word character nor white space.</summary>
    public int Tokens { get; private set; }

    /// <summary>How many lines there are; none in an empty text.</summary>
    public int Lines { get; private set; }

    /// <summary>Code points of the longest line.</summary>
    public int LongestLine { get; private set; }

    /// <summary>Code points of all lines.</summary>
    public long LineCodePoints { get; private set; }

    /// <summary>Measures a text.</summary>
    /// <param name="text">Valid UTF-8.</param>
    public static CodeMeasures Of(PaddedText text)
    {
        var measures = default(CodeMeasures);
        ref var origin = ref MemoryMarshal.GetReference(text.Padded);
        var codePoints = 0;
        for (var at = 0; at < text.Length;)
        {
            ref var block = ref Unsafe.Add(ref origin, at);
            var length = Math.Min(BlockBytes, text.Length - at);
            var inside = ulong.MaxValue >> (BlockBytes - length);
            if ((Bits(Vector256.LoadUnsafe(ref block), Vector256.LoadUnsafe(ref block, 32)) & inside) == 0)
            {
                measures.AddAscii(ref block, inside, codePoints);
                codePoints += length;
                at += length;
                continue;
            }

            for (var end = at + length; at < end; codePoints++)
            {
                Rune.DecodeFromUtf8(text.Span[at..], out var rune, out var bytes);
                measures.Add(rune, codePoints);
                at += bytes;
            }
        }

        if (measures._lineStart < codePoints)
        {
            measures.EndLine(codePoints, codePoints);
        }

        return measures;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddAscii(ref byte block, ulong inside, int codePoints)
    {
        var low = Vector256.LoadUnsafe(ref block);
        var high = Vector256.LoadUnsafe(ref block, 32);
        var letter = Bits(IsLetter(low), IsLetter(high)) & inside;
        var digit = Bits(IsBetween(low, '0', 9), IsBetween(high, '0', 9)) & inside;
        var word = letter | digit | (Bits(Vector256.Equals(low, Vector256.Create((byte)'_')), Vector256.Equals(high, Vector256.Create((byte)'_'))) & inside);
        var control = Bits(IsBetween(low, '\n', 3) | IsBetween(low, 0x1C, 2), IsBetween(high, '\n', 3) | IsBetween(high, 0x1C, 2)) & inside;
        var space = Bits(IsBetween(low, '\t', 4) | Vector256.Equals(low, Vector256.Create((byte)' ')), IsBetween(high, '\t', 4) | Vector256.Equals(high, Vector256.Create((byte)' ')));
        var mark = ~(word | space) & inside;
        Letters += BitOperations.PopCount(letter);
        AlphaNumerics += BitOperations.PopCount(letter | digit);
        Tokens += BitOperations.PopCount(word & ~(word << 1 | _wordBefore)) + BitOperations.PopCount(mark & ~(mark << 1 | _markBefore));
        var last = BitOperations.Log2(inside);
        (_wordBefore, _markBefore) = (word >> last & 1, mark >> last & 1);
        if (control != 0)
        {
            AddLineEnds(ref block, control, codePoints);
        }

        _isAfterReturn = (control >> last & 1) != 0 && Unsafe.Add(ref block, last) == '\r';
    }

    private void AddLineEnds(ref byte block, ulong control, int codePoints)
    {
        for (; control != 0; control &= control - 1)
        {
            var place = BitOperations.TrailingZeroCount(control);
            var isSecond = Unsafe.Add(ref block, place) == '\n' && (place == 0 ? _isAfterReturn : Unsafe.Add(ref block, place - 1) == '\r');
            EndLine(codePoints + place, codePoints + place + 1, isSecond);
        }
    }

    private void Add(Rune rune, int codePoints)
    {
        var category = Rune.GetUnicodeCategory(rune);
        var isLetter = category <= UnicodeCategory.OtherLetter;
        Letters += isLetter ? 1 : 0;
        AlphaNumerics += isLetter || category is >= UnicodeCategory.DecimalDigitNumber and <= UnicodeCategory.OtherNumber ? 1 : 0;
        var word = CharacterClasses.IsWord(rune) ? 1UL : 0;
        var mark = word == 0 && !CharacterClasses.IsSpace(rune) ? 1UL : 0;
        Tokens += (int)((word & ~_wordBefore) + (mark & ~_markBefore));
        (_wordBefore, _markBefore) = (word, mark);
        if (rune.Value is (>= '\n' and <= '\r') or (>= 0x1C and <= 0x1E) or 0x85 or 0x2028 or 0x2029)
        {
            EndLine(codePoints, codePoints + 1, rune.Value == '\n' && _isAfterReturn);
        }

        _isAfterReturn = rune.Value == '\r';
    }

    /// <summary>Ends a line.</summary>
    /// <param name="end">The code point after its last.</param>
    /// <param name="next">The first of the next line.</param>
    /// <param name="isSecond">Whether this is the <c>\n</c> of <c>\r\n</c>, which has ended the line already.</param>
    private void EndLine(int end, int next, bool isSecond = false)
    {
        if (!isSecond)
        {
            Lines++;
            LongestLine = Math.Max(LongestLine, end - _lineStart);
            LineCodePoints += end - _lineStart;
        }

        _lineStart = next;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> IsLetter(Vector256<byte> bytes) => IsBetween(bytes | Vector256.Create((byte)0x20), 'a', 25);

    /// <summary>Whether bytes are between one and that plus more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> IsBetween(Vector256<byte> bytes, int first, byte more) =>
        Vector256.LessThanOrEqual(bytes - Vector256.Create((byte)first), Vector256.Create(more));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Bits(Vector256<byte> low, Vector256<byte> high) => low.ExtractMostSignificantBits() | (ulong)high.ExtractMostSignificantBits() << 32;
}
