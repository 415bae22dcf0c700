using System.Buffers;

namespace OlmoSharp.Data.Taggers.Secrets;

/// <summary>
/// Finds quoted strings of base64 or hexadecimal digits that look random: Shannon entropy above 4.5 and 3.0 bits for each character, as detect-secrets has it; of decimal digits alone 1.2 divided
/// by the binary logarithm of the length is taken off. Strings of more than 512 characters are data, not secrets.
/// </summary>
internal static class QuotedSecrets
{
    // No shorter string of hexadecimal digits has more than three bits.
    private const int Shortest = 9;
    private const int Longest = 512;
    private const double Base64Limit = 4.5;
    private const double HexLimit = 3;
    private const double DigitsFactor = 1.2;
    private const int AmazonSecret = 40;
    private const int AmazonContext = 64;

    private static readonly SearchValues<byte> QuotedBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=\\-_"u8);

    /// <summary>Finds strings.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="found">Where to add them.</param>
    public static void Find(ReadOnlySpan<byte> text, List<SecretMatch> found)
    {
        for (var at = 0; text[at..].IndexOfAny((byte)'"', (byte)'\'') is >= 0 and var next;)
        {
            var quote = at + next;
            at = SecretBytes.End(text, quote + 1, QuotedBytes);
            var length = at - quote - 1;
            if (length is < Shortest or > Longest || at == text.Length || text[at] != text[quote])
            {
                continue;
            }

            var value = text[(quote + 1)..at];
            if (length == AmazonSecret && value.IndexOfAny("=\\-_"u8) < 0 && IsAmazonSecret(text[Math.Max(0, quote - AmazonContext)..quote]))
            {
                found.Add(new SecretMatch(SecretKind.AwsAccessKey, quote + 1, at));
            }

            var isHex = !value.ContainsAnyExcept(SecretBytes.Hex);
            var entropy = Entropy(value);
            var isRandomHex = isHex && entropy - (value.ContainsAnyExcept(SecretBytes.Digits) ? 0 : DigitsFactor / Math.Log2(length)) > HexLimit;
            if ((isRandomHex || entropy > Base64Limit) && !SecretFilters.IsSequence(value) && !SecretFilters.IsIdentifier(text, quote))
            {
                found.Add(new SecretMatch(isRandomHex ? SecretKind.HexHighEntropy : SecretKind.Base64HighEntropy, quote + 1, at));
            }
        }
    }

    /// <summary>Shannon entropy of the bytes, in bits for each.</summary>
    private static double Entropy(ReadOnlySpan<byte> value)
    {
        Span<short> counts = stackalloc short[128];
        counts.Clear();
        foreach (var letter in value)
        {
            counts[letter]++;
        }

        var sum = 0.0;
        foreach (var count in counts)
        {
            sum += count > 0 ? count * Math.Log2(count) : 0;
        }

        return Math.Log2(value.Length) - sum / value.Length;
    }

    /// <summary>Whether "aws" and then a word for a secret come before, on the same line.</summary>
    private static bool IsAmazonSecret(ReadOnlySpan<byte> before)
    {
        Span<byte> lower = stackalloc byte[AmazonContext];
        before = before[(before.LastIndexOf((byte)'\n') + 1)..];
        for (var i = 0; i < before.Length; i++)
        {
            lower[i] = before[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(before[i] | 0x20) : before[i];
        }

        var context = lower[..before.Length];
        context = context.IndexOf("aws"u8) is >= 0 and var start ? context[start..] : default;
        return context.IndexOf("key"u8) >= 0 || context.IndexOf("pw"u8) >= 0 || context.IndexOf("pass"u8) >= 0 || context.IndexOf("token"u8) >= 0;
    }
}
