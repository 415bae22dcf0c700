using System.Text;
using System.Text.Unicode;

namespace OlmoSharp.Data.Documents;

/// <summary>Finds where UTF-8 breaks.</summary>
internal static class Utf8Place
{
    /// <summary>The offset of the first byte that does not belong to a well-formed sequence, or −1.</summary>
    public static long FindInvalidByte(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            return -1;
        }

        var offset = 0;
        while (Rune.DecodeFromUtf8(bytes[offset..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
        {
            offset += consumed;
        }

        return offset;
    }
}
