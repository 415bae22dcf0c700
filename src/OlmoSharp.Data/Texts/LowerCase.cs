using System.Text;

namespace OlmoSharp.Data.Texts;

/// <summary>
/// Makes texts lower case as Python's <c>str.lower</c> does: Unicode's simple mapping, but İ becomes i and a dot above, and Σ at the end of a word becomes ς. Its
/// buffer is used again and again.
/// </summary>
internal sealed class LowerCase
{
    private byte[] _buffer = new byte[1 << 12];

    /// <summary>The text in lower case; valid until the next call.</summary>
    /// <param name="utf8">Valid UTF-8.</param>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> utf8)
    {
        // A character takes at most half as many bytes again: two may become three.
        if (_buffer.Length < utf8.Length + utf8.Length / 2 + 4)
        {
            _buffer = new byte[2 * utf8.Length + 4];
        }

        var (read, written) = (0, 0);
        while (read < utf8.Length)
        {
            Ascii.ToLower(utf8[read..], _buffer.AsSpan(written), out var ascii);
            read += ascii;
            written += ascii;
            while (read < utf8.Length && utf8[read] >= 0x80)
            {
                Rune.DecodeFromUtf8(utf8[read..], out var rune, out var length);
                written += Write(rune, utf8, read, length, _buffer.AsSpan(written));
                read += length;
            }
        }

        return _buffer.AsSpan(0, written);
    }

    private static int Write(Rune rune, ReadOnlySpan<byte> text, int position, int length, Span<byte> to)
    {
        switch (rune.Value)
        {
            case 0x130:
                "i\u0307"u8.CopyTo(to);
                return 3;
            case 0x3A3:
                var isEnd = Rune.DecodeLastFromUtf8(text[..position], out var before, out _) == System.Buffers.OperationStatus.Done && Rune.IsLetter(before)
                    && !(Rune.DecodeFromUtf8(text[(position + length)..], out var after, out _) == System.Buffers.OperationStatus.Done && Rune.IsLetter(after));
                return (isEnd ? new Rune(0x3C2) : new Rune(0x3C3)).EncodeToUtf8(to);
            default:
                return Rune.ToLowerInvariant(rune).EncodeToUtf8(to);
        }
    }
}
