using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Texts;

/// <summary>
/// Converts byte offsets in a valid UTF-8 text to offsets in Unicode code points, which is what Dolma's spans count.
/// A sum for every block of bytes makes any order of questions cheap; an ASCII text needs none.
/// </summary>
public sealed class CodePoints
{
    private const int BlockBytes = 256;
    private ReadOnlyMemory<byte> _text;
    private int[] _before = [];

    /// <summary>How many code points the text has.</summary>
    public int Count { get; private set; }

    private bool IsAscii => Count == _text.Length;

    /// <summary>Takes a text.</summary>
    /// <param name="utf8">Valid UTF-8; must stay as it is while offsets are asked for.</param>
    public void Reset(ReadOnlyMemory<byte> utf8)
    {
        _text = utf8;
        Count = CountIn(utf8.Span);
        if (IsAscii)
        {
            return;
        }

        var blocks = utf8.Length / BlockBytes + 1;
        if (_before.Length < blocks)
        {
            _before = new int[Math.Max(blocks, 2 * _before.Length)];
        }

        var count = 0;
        for (var block = 0; block < blocks; block++)
        {
            _before[block] = count;
            count += CountIn(utf8.Span.Slice(block * BlockBytes, Math.Min(BlockBytes, utf8.Length - block * BlockBytes)));
        }
    }

    /// <summary>How many code points begin before a byte.</summary>
    /// <param name="offset">0 to the text's length in bytes.</param>
    public int Before(int offset)
    {
        if (IsAscii)
        {
            return offset;
        }

        var block = offset / BlockBytes;
        return _before[block] + CountIn(_text.Span[(block * BlockBytes)..offset]);
    }

    /// <summary>How many code points begin in these bytes: all bytes but the continuations, 10xxxxxx.</summary>
    /// <param name="utf8">Any part of a valid UTF-8 text.</param>
    public static int CountIn(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        var position = 0;
        if (Vector.IsHardwareAccelerated)
        {
            // A continuation byte, read as signed, is less than −64. Each lane counts to at most 255 before it is added up.
            var first = new Vector<sbyte>(-65);
            while (utf8.Length - position >= Vector<byte>.Count)
            {
                var lanes = Vector<byte>.Zero;
                var vectors = Math.Min(255, (utf8.Length - position) / Vector<byte>.Count);
                for (var i = 0; i < vectors; i++, position += Vector<byte>.Count)
                {
                    var bytes = Unsafe.ReadUnaligned<Vector<sbyte>>(ref Unsafe.AsRef(in utf8[position]));
                    lanes -= Vector.AsVectorByte(Vector.GreaterThan(bytes, first));
                }

                Vector.Widen(lanes, out var low, out var high);
                Vector.Widen(low + high, out var even, out var odd);
                count += (int)Vector.Sum(even + odd);
            }
        }

        foreach (var value in MemoryMarshal.Cast<byte, sbyte>(utf8[position..]))
        {
            count += value > -65 ? 1 : 0;
        }

        return count;
    }
}
