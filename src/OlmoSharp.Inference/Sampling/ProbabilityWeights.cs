using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OlmoSharp.Inference.Sampling;

/// <summary>
/// Probabilities as whole numbers in proportion to them: the most probable token has 2⁴⁴. Whole numbers add up to the same sum in every order, so that sums over parts and over all,
/// on one processor and another, agree to the last bit; exp is computed here because mathematical libraries differ.
/// </summary>
internal static class ProbabilityWeights
{
    /// <summary>The weight of the most probable token. A sum over 2¹⁸ tokens fits into 63 bits; a token below 2⁻⁴⁵ times the most probable has weight 0.</summary>
    public const ulong Largest = 1UL << 44;

    private const double Log2OfE = 1.4426950408889634;

    // ln 2 in two parts, the first with so few bits that its product with a small integer is exact.
    private const double Ln2High = 0.693147180369123816490;
    private const double Ln2Low = 1.90821492927058770002e-10;

    // Adding this rounds a small double to a whole number, which the lowest bits then hold.
    private const double RoundSigned = 6755399441055744; // 1.5 · 2⁵²
    private const double RoundUnsigned = 4503599627370496; // 2⁵²

    /// <summary>Computes round(2⁴⁴ · exp((logit − largest) / temperature)).</summary>
    /// <param name="logits">No NaN; −∞ gives 0.</param>
    /// <param name="largest">The largest of them, finite.</param>
    /// <param name="temperature">Positive.</param>
    /// <param name="weights">As many as logits.</param>
    /// <returns>The sum of the weights.</returns>
    public static ulong Fill(ReadOnlySpan<float> logits, float largest, double temperature, Span<ulong> weights)
    {
        // A subnormal temperature has no finite reciprocal.
        var scale = Math.Min(1 / temperature, double.MaxValue);
        var total = Vector256<ulong>.Zero;
        var i = 0;
        for (; i <= logits.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            total += Store(logits[i..], largest, scale, weights[i..]);
        }

        if (i < logits.Length)
        {
            Span<float> rest = stackalloc float[Vector256<float>.Count];
            Span<ulong> restWeights = stackalloc ulong[Vector256<float>.Count];
            rest.Fill(float.NegativeInfinity);
            logits[i..].CopyTo(rest);
            total += Store(rest, largest, scale, restWeights);
            restWeights[..(logits.Length - i)].CopyTo(weights[i..]);
        }

        return Vector256.Sum(total);
    }

    private static Vector256<ulong> Store(ReadOnlySpan<float> logits, float largest, double scale, Span<ulong> weights)
    {
        var block = Vector256.Create(logits);
        var low = Weight(Vector256.WidenLower(block), largest, scale);
        var high = Weight(Vector256.WidenUpper(block), largest, scale);
        low.StoreUnsafe(ref MemoryMarshal.GetReference(weights));
        high.StoreUnsafe(ref MemoryMarshal.GetReference(weights), (nuint)Vector256<ulong>.Count);
        return low + high;
    }

    private static Vector256<ulong> Weight(Vector256<double> logits, double largest, double scale)
    {
        // Below −40 the weight rounds to 0 anyway, and the exponent stays in range.
        var x = Vector256.Max((logits - Vector256.Create(largest)) * scale, Vector256.Create(-40.0));
        var shifted = x * Log2OfE + Vector256.Create(RoundSigned);
        var power = shifted - Vector256.Create(RoundSigned);
        var r = x - power * Ln2High - power * Ln2Low;

        // Taylor's series: |r| ≤ ln(2) / 2, so the rest after degree 12 is below 2⁻⁵².
        var sum = Vector256.Create(1.0 / 479001600);
        sum = sum * r + Vector256.Create(1.0 / 39916800);
        sum = sum * r + Vector256.Create(1.0 / 3628800);
        sum = sum * r + Vector256.Create(1.0 / 362880);
        sum = sum * r + Vector256.Create(1.0 / 40320);
        sum = sum * r + Vector256.Create(1.0 / 5040);
        sum = sum * r + Vector256.Create(1.0 / 720);
        sum = sum * r + Vector256.Create(1.0 / 120);
        sum = sum * r + Vector256.Create(1.0 / 24);
        sum = sum * r + Vector256.Create(1.0 / 6);
        sum = sum * r + Vector256.Create(0.5);
        sum = sum * r + Vector256<double>.One;
        sum = sum * r + Vector256<double>.One;

        var exponent = (shifted.AsInt64() - Vector256.Create(RoundSigned).AsInt64() + Vector256.Create(44L + 1023)) << 52;
        var weight = sum * exponent.AsDouble() + Vector256.Create(RoundUnsigned);
        return weight.AsUInt64() ^ Vector256.Create(RoundUnsigned).AsUInt64();
    }
}
