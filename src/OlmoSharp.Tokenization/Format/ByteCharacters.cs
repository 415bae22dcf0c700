using System.Diagnostics.CodeAnalysis;

namespace OlmoSharp.Tokenization;

/// <summary>The characters that stand for bytes in the vocabulary of a byte-level tokenizer: a printable character of Latin-1 for its own byte,
/// and U+0100 onwards for the others, in order (GPT-2's <c>bytes_to_unicode</c>).</summary>
internal static class ByteCharacters
{
    private static readonly char[] Characters = CreateCharacters();
    private static readonly Dictionary<char, byte> Bytes = Enumerable.Range(0, 256).ToDictionary(value => Characters[value], value => (byte)value);

    /// <summary>The characters that stand for the bytes.</summary>
    public static string ToCharacters(ReadOnlySpan<byte> bytes)
    {
        Span<char> characters = bytes.Length <= 256 ? stackalloc char[bytes.Length] : new char[bytes.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            characters[i] = Characters[bytes[i]];
        }
        return new string(characters);
    }

    /// <summary>The bytes that the characters stand for; false when one of them stands for none.</summary>
    public static bool TryToBytes(ReadOnlySpan<char> characters, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = new byte[characters.Length];
        for (int i = 0; i < characters.Length; i++)
        {
            if (!Bytes.TryGetValue(characters[i], out bytes[i]))
            {
                bytes = null;
                return false;
            }
        }
        return true;
    }

    private static char[] CreateCharacters()
    {
        char[] characters = new char[256];
        int unprintable = 0x100;
        for (int value = 0; value < characters.Length; value++)
        {
            bool printable = value is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE and <= 0xFF;
            characters[value] = (char)(printable ? value : unprintable++);
        }
        return characters;
    }
}
