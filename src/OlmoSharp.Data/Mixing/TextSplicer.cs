using System.Buffers;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Mixing;

/// <summary>Replaces parts of a text. Parts are given in code points; of parts that overlap, the one that starts first counts, and of these the one given first.</summary>
internal sealed class TextSplicer
{
    private readonly ArrayBufferWriter<byte> _text = new(1 << 14);
    private readonly List<(SpanReplacement Span, int Index)> _spans = [];

    /// <summary>The text of the last call, until the next.</summary>
    public ReadOnlyMemory<byte> Text => _text.WrittenMemory;

    /// <summary>Replaces.</summary>
    /// <param name="text">The text.</param>
    /// <param name="spans">The parts.</param>
    /// <returns>How many parts were replaced.</returns>
    /// <exception cref="FormatException">A part lies outside the text.</exception>
    public int Splice(ReadOnlySpan<byte> text, List<SpanReplacement> spans)
    {
        _text.ResetWrittenCount();
        _spans.Clear();
        for (var i = 0; i < spans.Count; i++)
        {
            _spans.Add((spans[i], i));
        }

        _spans.Sort((one, other) => one.Span.Start != other.Span.Start ? one.Span.Start.CompareTo(other.Span.Start) : one.Index.CompareTo(other.Index));
        var length = CodePoints.CountIn(text);
        var (codePoint, position, replaced) = (0, 0, 0);
        foreach (var (span, _) in _spans)
        {
            // Dolma's paragraph spans count a line feed behind the last line even where the text has none.
            if (span.Start > length || span.End > length + 1)
            {
                throw new FormatException($"the span [{span.Start}, {span.End}] lies outside the text of {length} code points; it was made from another text");
            }

            if (span.Start < codePoint)
            {
                continue;
            }

            var start = Advance(text, position, span.Start - codePoint);
            var end = Advance(text, start, Math.Min(span.End, length) - span.Start);
            _text.Write(text[position..start]);
            Write(span.Replacement.Span, text[start..end]);
            (codePoint, position) = (Math.Min(span.End, length), end);
            replaced++;
        }

        _text.Write(text[position..]);
        return replaced;
    }

    private void Write(ReadOnlySpan<byte> replacement, ReadOnlySpan<byte> original)
    {
        while (replacement.IndexOf("{}"u8) is >= 0 and var at)
        {
            _text.Write(replacement[..at]);
            _text.Write(original);
            replacement = replacement[(at + 2)..];
        }

        _text.Write(replacement);
    }

    /// <summary>The offset of the code point that comes a number of code points after the one at an offset.</summary>
    private static int Advance(ReadOnlySpan<byte> text, int offset, int codePoints)
    {
        while (codePoints > 0)
        {
            // There are no fewer bytes than code points, so this never goes too far.
            var block = text.Slice(offset, Math.Min(codePoints, text.Length - offset));
            codePoints -= CodePoints.CountIn(block);
            offset += block.Length;
            while (offset < text.Length && (text[offset] & 0xC0) == 0x80)
            {
                offset++;
            }
        }

        return offset;
    }
}
