using System.Buffers;

namespace OlmoSharp.Data.Taggers.Secrets;

/// <summary>What looks like a secret and is none, by the rules of detect-secrets.</summary>
internal static class SecretFilters
{
    private const int IdentifierWindow = 64;

    private static readonly SearchValues<byte> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    private static readonly byte[][] Sequences =
    [
        .. new[]
        {
            "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/",
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ+/",
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "01234567890123456789",
            "0123456789ABCDEFABCDEF0123456789ABCDEFABCDEF",
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ=/",
        }.Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    /// <summary>Whether a value is a part of the alphabet, of the digits, or of both, such as <c>abcdef</c>.</summary>
    public static bool IsSequence(ReadOnlySpan<byte> value)
    {
        Span<byte> upper = stackalloc byte[72];
        if (value.Length > upper.Length || System.Text.Ascii.ToUpper(value, upper, out var length) != OperationStatus.Done)
        {
            return false;
        }

        foreach (var sequence in Sequences)
        {
            if (sequence.AsSpan().IndexOf(upper[..length]) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a value stands for another, such as <c>${password}</c>, or has no letter.</summary>
    public static bool IsPlaceholder(ReadOnlySpan<byte> value) =>
        value.Length < 2 || !value.ContainsAny(Letters) || value[0] == '$' || (value[0] == '{' && value[^1] == '}') || (value[0] == '<' && value[^1] == '>') || IsUuid(value);

    /// <summary>Whether a name with <c>_id</c> at its end, or <c>id</c>, <c>myid</c> or <c>userid</c> at the start of a line, comes before a place, within 64 bytes of it and on the same line.</summary>
    public static bool IsIdentifier(ReadOnlySpan<byte> text, int place)
    {
        var window = text[Math.Max(0, place - IdentifierWindow)..place];
        var line = window.LastIndexOf((byte)'\n');
        window = window[(line + 1)..];
        var isLine = line >= 0 || window.Length == place;
        if (isLine && (IsNameOf(window, "id"u8) || IsNameOf(window, "myid"u8) || IsNameOf(window, "userid"u8)))
        {
            return true;
        }

        for (var rest = window; rest.IndexOf((byte)'_') is >= 0 and var next;)
        {
            rest = rest[(next + 1)..];
            if (IsNameOf(rest, "id"u8))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsNameOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        if (text.Length <= name.Length || !System.Text.Ascii.EqualsIgnoreCase(text[..name.Length], name))
        {
            return false;
        }

        text = text[name.Length..];
        text = text[0] is (byte)'s' or (byte)'S' ? text[1..] : text;
        return text.Length > 0 && !SecretBytes.IsAlphanumeric(text[0]);
    }

    private static bool IsUuid(ReadOnlySpan<byte> value) => value.Length == 36 && value[8] == '-' && value[13] == '-' && value[18] == '-' && value[23] == '-'
        && !value[..8].ContainsAnyExcept(SecretBytes.Hex) && !value[24..].ContainsAnyExcept(SecretBytes.Hex);
}
