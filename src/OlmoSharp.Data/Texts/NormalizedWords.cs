using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OlmoSharp.Data.Texts;

/// <summary>
/// Goes through the words of a UTF-8 text without regard to case, punctuation and white space: a word is the longest run of letters, marks and decimal digits
/// (Unicode's categories L, M and Nd), and all else, the underscore and the apostrophe too, separates words. Letters of scripts written without spaces or nearly so
/// (ideographs, kana, hangul, Thai, Lao, Burmese, Khmer) are each a word, with the marks after them, so that n-grams of words mean something there.
/// No string is made, and 64 bytes are looked at at a time.
/// </summary>
/// <example><code>foreach (var word in new NormalizedWords(text)) { … word.Hash … }</code></example>
public ref struct NormalizedWords
{
    private const int BlockBytes = 64;

    private readonly ReadOnlySpan<byte> _text;
    private int _block = -BlockBytes;
    private int _openStart = -1;
    private bool _openIsForeign;
    private ulong _starts;
    private ulong _ends;
    private ulong _foreign;

    // What reaches from one block into the next: whether its last byte is of a word; bytes of a character that began there; where a whole word ended.
    private ulong _wordBefore;
    private ulong _wordCarried;
    private ulong _wholeCarried;

    /// <summary>Before the first word of a text.</summary>
    /// <param name="utf8">Valid UTF-8.</param>
    public NormalizedWords(ReadOnlySpan<byte> utf8) => _text = utf8;

    /// <summary>The word that <see cref="MoveNext"/> found.</summary>
    public NormalizedWord Current { get; private set; }

    /// <summary>Itself, for <c>foreach</c>.</summary>
    public readonly NormalizedWords GetEnumerator() => this;

    /// <summary>Goes to the next word.</summary>
    /// <returns>Whether there is one.</returns>
    public bool MoveNext()
    {
        while (_ends == 0)
        {
            if (_starts != 0)
            {
                _openStart = _block + BitOperations.TrailingZeroCount(_starts);
                _openIsForeign = (_foreign & (0 - _starts)) != 0;
                _starts = 0;
            }
            else
            {
                _openIsForeign |= _foreign != 0;
            }

            if (_text.Length - _block <= BlockBytes)
            {
                if (_openStart < 0)
                {
                    return false;
                }

                Current = Word(_openStart, _text.Length, _openIsForeign);
                _openStart = -1;
                _foreign = 0;
                return true;
            }

            Load();
        }

        // From a start's bit up to, not with, the end's; or from the block's first.
        var end = _ends & (0 - _ends);
        if (_openStart >= 0)
        {
            Current = Word(_openStart, _block + BitOperations.TrailingZeroCount(end), _openIsForeign || (_foreign & (end - 1)) != 0);
            _openStart = -1;
        }
        else
        {
            var start = _starts & (0 - _starts);
            Current = Word(_block + BitOperations.TrailingZeroCount(start), _block + BitOperations.TrailingZeroCount(end), (_foreign & (end - start)) != 0);
            _starts ^= start;
        }

        _ends ^= end;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly NormalizedWord Word(int start, int end, bool isForeign)
    {
        var length = end - start;
        var hash = isForeign || start + ((length + 7) & ~7) > _text.Length
            ? NormalizedWordHash.Of(_text[start..end])
            : NormalizedWordHash.OfAscii(ref Unsafe.Add(ref MemoryMarshal.GetReference(_text), start), length);
        return new NormalizedWord(hash, start, end);
    }

    private void Load()
    {
        _block += BlockBytes;
        scoped ref var at = ref Unsafe.Add(ref MemoryMarshal.GetReference(_text), _block);
        Span<byte> last = stackalloc byte[BlockBytes];
        if (_text.Length - _block < BlockBytes)
        {
            // Zeros separate words.
            last.Clear();
            _text[_block..].CopyTo(last);
            at = ref MemoryMarshal.GetReference(last);
        }

        var low = Vector256.LoadUnsafe(ref at);
        var high = Vector256.LoadUnsafe(ref at, 32);
        var word = Bits(IsWord(low), IsWord(high));
        _foreign = Bits(low, high);
        ulong breaks = 0;
        if (_foreign != 0 || _wholeCarried != 0)
        {
            var lead = Bits(
                Vector256.GreaterThanOrEqual(low, Vector256.Create((byte)0xC0)),
                Vector256.GreaterThanOrEqual(high, Vector256.Create((byte)0xC0)));
            FindForeign(lead, ref word, ref breaks);
        }

        var before = word << 1 | _wordBefore;
        _starts = word & (~before | breaks);
        _ends = before & (~word | breaks);
        _wordBefore = word >> 63;
    }

    /// <summary>Finds the characters beyond ASCII that are of words, and where a word begins right after another.</summary>
    private void FindForeign(ulong lead, ref ulong word, ref ulong breaks)
    {
        word |= _wordCarried;
        var wholeEnds = _wholeCarried;
        (_wordCarried, _wholeCarried) = (0, 0);
        while (lead != 0)
        {
            var bit = BitOperations.TrailingZeroCount(lead);
            lead &= lead - 1;
            var kind = WordCharacters.Kind(Decode(_text[(_block + bit)..], out var length));
            if (kind == WordCharacterKind.None)
            {
                continue;
            }

            var mask = (1UL << length) - 1;
            word |= mask << bit;
            var end = bit + length;
            _wordCarried |= end > BlockBytes ? mask >> (BlockBytes - bit) : 0;
            if (kind == WordCharacterKind.Mark && (wholeEnds >> bit & 1) != 0)
            {
                wholeEnds ^= 1UL << bit;
            }
            else if (kind != WordCharacterKind.Whole)
            {
                continue;
            }
            else
            {
                breaks |= 1UL << bit;
            }

            if (end < BlockBytes)
            {
                wholeEnds |= 1UL << end;
            }
            else
            {
                _wholeCarried |= 1UL << (end - BlockBytes);
            }
        }

        breaks |= wholeEnds;
    }

    /// <summary>The first character; what is no whole character is taken as one byte that separates words.</summary>
    private static int Decode(ReadOnlySpan<byte> utf8, out int length)
    {
        var first = utf8[0];
        length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (utf8.Length < length)
        {
            length = 1;
            return 0;
        }

        return length switch
        {
            2 => (first & 0x1F) << 6 | (utf8[1] & 0x3F),
            3 => (first & 0x0F) << 12 | (utf8[1] & 0x3F) << 6 | (utf8[2] & 0x3F),
            _ => (first & 0x07) << 18 | (utf8[1] & 0x3F) << 12 | (utf8[2] & 0x3F) << 6 | (utf8[3] & 0x3F),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> IsWord(Vector256<byte> bytes) =>
        Vector256.LessThanOrEqual((bytes | Vector256.Create((byte)0x20)) - Vector256.Create((byte)'a'), Vector256.Create((byte)25))
        | Vector256.LessThanOrEqual(bytes - Vector256.Create((byte)'0'), Vector256.Create((byte)9));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Bits(Vector256<byte> low, Vector256<byte> high) =>
        low.ExtractMostSignificantBits() | (ulong)high.ExtractMostSignificantBits() << 32;
}
