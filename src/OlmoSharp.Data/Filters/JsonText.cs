using System.Buffers;

namespace OlmoSharp.Data.Filters;

/// <summary>Writes JSON strings of valid UTF-8, with as few escapes as JSON allows.</summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create([.. Enumerable.Range(0, 32).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    /// <summary>Writes a string with its quotation marks.</summary>
    public static void WriteString(IBufferWriter<byte> output, ReadOnlySpan<byte> utf8)
    {
        output.Write("\""u8);
        WriteInner(output, utf8);
        output.Write("\""u8);
    }

    /// <summary>Writes what stands between the quotation marks.</summary>
    public static void WriteInner(IBufferWriter<byte> output, ReadOnlySpan<byte> utf8)
    {
        while (utf8.IndexOfAny(Escaped) is >= 0 and var at)
        {
            output.Write(utf8[..at]);
            var value = utf8[at];
            output.Write(value switch
            {
                (byte)'"' => "\\\""u8,
                (byte)'\\' => "\\\\"u8,
                (byte)'\n' => "\\n"u8,
                (byte)'\r' => "\\r"u8,
                (byte)'\t' => "\\t"u8,
                (byte)'\b' => "\\b"u8,
                (byte)'\f' => "\\f"u8,
                _ => [(byte)'\\', (byte)'u', (byte)'0', (byte)'0', Digit(value >> 4), Digit(value & 15)],
            });
            utf8 = utf8[(at + 1)..];
        }

        output.Write(utf8);
    }

    private static byte Digit(int value) => (byte)"0123456789abcdef"[value];
}
