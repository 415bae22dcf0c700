using System.Buffers;

namespace OlmoSharp.Data.Taggers.Secrets;

/// <summary>The bytes that secrets are made of, and runs of them.</summary>
internal static class SecretBytes
{
    /// <summary>ASCII letters and digits.</summary>
    public static SearchValues<byte> Alphanumeric { get; } = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"u8);

    /// <summary>ASCII letters, digits and <c>_</c>.</summary>
    public static SearchValues<byte> Word { get; } = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"u8);

    /// <summary>ASCII letters, digits, <c>_</c> and <c>-</c>: also base64 for URLs.</summary>
    public static SearchValues<byte> Dashed { get; } = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"u8);

    /// <summary>Small ASCII letters and digits.</summary>
    public static SearchValues<byte> Lower { get; } = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789"u8);

    /// <summary>ASCII capitals and digits.</summary>
    public static SearchValues<byte> Upper { get; } = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"u8);

    /// <summary>Base64.</summary>
    public static SearchValues<byte> Base64 { get; } = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/="u8);

    /// <summary>Hexadecimal digits.</summary>
    public static SearchValues<byte> Hex { get; } = SearchValues.Create("0123456789abcdefABCDEF"u8);

    /// <summary>Decimal digits.</summary>
    public static SearchValues<byte> Digits { get; } = SearchValues.Create("0123456789"u8);

    /// <summary>The end of the run of some bytes that begins at a place; that place, where none does.</summary>
    public static int End(ReadOnlySpan<byte> text, int at, SearchValues<byte> bytes) => text[at..].IndexOfAnyExcept(bytes) is >= 0 and var length ? at + length : text.Length;

    /// <summary>Whether a run begins at a place and is so long or longer. Looks at no more than that.</summary>
    public static bool Has(ReadOnlySpan<byte> text, int at, SearchValues<byte> bytes, int length) =>
        at >= 0 && text.Length - at >= length && !text.Slice(at, length).ContainsAnyExcept(bytes);

    /// <summary>Whether a byte is an ASCII letter or digit.</summary>
    public static bool IsAlphanumeric(byte value) => char.IsAsciiLetterOrDigit((char)value);
}
