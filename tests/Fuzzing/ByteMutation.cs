namespace OlmoSharp.Fuzzing;

/// <summary>Damages that need to know nothing of the format.</summary>
internal static class ByteMutation
{
    private const int Kinds = 6;

    private static readonly byte[][] Insertions =
        [[0], [0xFF], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xEF, 0xBB, 0xBF], "{"u8.ToArray(), "]"u8.ToArray(), "\""u8.ToArray(), "\\u"u8.ToArray()];

    public static byte[] Apply(byte[] bytes, Mutation mutation)
    {
        if (bytes.Length == 0)
        {
            return [.. Insertions[mutation.Value % Insertions.Length]];
        }

        var at = (int)(mutation.Place % (uint)bytes.Length);
        switch (mutation.Kind % Kinds)
        {
            case 0:
                return [.. bytes[..at], (byte)mutation.Value, .. bytes[(at + 1)..]];
            case 1:
                return [.. bytes[..at], (byte)(bytes[at] ^ (1 << (int)(mutation.Value % 8))), .. bytes[(at + 1)..]];
            case 2:
                return bytes[..at];
            case 3:
                return [.. bytes[..at], .. Insertions[mutation.Value % Insertions.Length], .. bytes[at..]];
            case 4:
                return [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + 1 + (int)(mutation.Value % 64))..]];
            default:
                return [.. bytes, .. bytes[at..Math.Min(bytes.Length, at + 1 + (int)(mutation.Value % 64))]];
        }
    }
}
