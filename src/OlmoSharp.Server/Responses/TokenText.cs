using System.Text;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Server.Responses;

/// <summary>Tokens as answers show them.</summary>
internal static class TokenText
{
    /// <summary>JSON has no infinity; OpenAI writes this for tokens that are out of the question.</summary>
    private const double Least = -9999;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The token's text; parts of characters as U+FFFD.</summary>
    public static string Of(Tokenizer tokenizer, int id) => Encoding.UTF8.GetString(tokenizer.TokenBytes(id));

    /// <summary>The token's text; one that is no whole characters as <c>bytes:\xNN…</c>, as OpenAI's completions write it, so that different tokens have different names.</summary>
    public static string NameOf(Tokenizer tokenizer, int id)
    {
        var bytes = tokenizer.TokenBytes(id);
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            var name = new StringBuilder("bytes:");
            foreach (var value in bytes)
            {
                name.Append("\\x").Append(Convert.ToHexStringLower([value]));
            }

            return name.ToString();
        }
    }

    /// <summary>The token's bytes.</summary>
    public static int[] BytesOf(Tokenizer tokenizer, int id) => [.. tokenizer.TokenBytes(id).ToArray().Select(value => (int)value)];

    /// <summary>A log-probability that JSON can hold.</summary>
    public static double Finite(double logProbability) => Math.Max(logProbability, Least);
}
