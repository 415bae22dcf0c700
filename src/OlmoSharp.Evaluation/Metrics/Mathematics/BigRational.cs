using System.Globalization;
using System.Numerics;

namespace OlmoSharp.Evaluation.Metrics.Mathematics;

/// <summary>A rational number in lowest terms with a positive denominator.</summary>
internal readonly record struct BigRational
{
    // A tower of powers must not fill the memory.
    private const long MaximumBits = 20_000;

    private BigRational(BigInteger numerator, BigInteger denominator) => (Numerator, Denominator) = (numerator, denominator);

    /// <summary>The numerator.</summary>
    public BigInteger Numerator { get; }

    /// <summary>The denominator.</summary>
    public BigInteger Denominator { get; }

    /// <summary>Whether this is an integer.</summary>
    public bool IsInteger => Denominator.IsOne;

    /// <summary>An integer.</summary>
    public static BigRational Of(BigInteger value) => new(value, BigInteger.One);

    /// <summary>A number in decimal notation, digits with at most one point.</summary>
    public static BigRational Parse(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var digits = point < 0 ? text : text.Remove(point, 1);
        var value = BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        return Divide(value, BigInteger.Pow(10, point < 0 ? 0 : digits.Length - point)) ?? default;
    }

    /// <summary>A sum, or null if it is too long.</summary>
    public static BigRational? Add(BigRational a, BigRational b) =>
        Divide((a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

    /// <summary>A product, or null if it is too long.</summary>
    public static BigRational? Multiply(BigRational a, BigRational b) => Divide(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    public static BigRational operator -(BigRational a) => new(-a.Numerator, a.Denominator);

    /// <summary>A quotient, or null for a divisor of 0 or if it is too long.</summary>
    public static BigRational? Divide(BigRational a, BigRational b) => Divide(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    /// <summary>A power with an integer exponent, or null where it is not defined or too long.</summary>
    public static BigRational? Power(BigRational value, BigRational exponent)
    {
        var bits = Math.Max(value.Numerator.GetBitLength(), value.Denominator.GetBitLength());
        if (!exponent.IsInteger || (value.Numerator.IsZero && exponent.Numerator.Sign <= 0) || BigInteger.Abs(exponent.Numerator) * bits > MaximumBits)
        {
            return null;
        }

        var count = (int)BigInteger.Abs(exponent.Numerator);
        var (above, below) = (BigInteger.Pow(value.Numerator, count), BigInteger.Pow(value.Denominator, count));
        return exponent.Numerator.Sign < 0 ? Divide(below, above) : Divide(above, below);
    }

    /// <summary>The n-th root, or null if it is not rational.</summary>
    public static BigRational? Root(BigRational value, int degree) =>
        value.Numerator.Sign >= 0 && IntegerRoot(value.Numerator, degree) is { } above && IntegerRoot(value.Denominator, degree) is { } below
            ? new BigRational(above, below)
            : null;

    /// <summary>The nearest double.</summary>
    public double ToDouble()
    {
        // Numbers that do not fit a double on their own may still have a quotient that does.
        var shift = (int)Math.Max(0, Math.Max(Numerator.GetBitLength(), Denominator.GetBitLength()) - 1000);
        return (double)(Numerator >> shift) / (double)(Denominator >> shift);
    }

    private static BigRational? Divide(BigInteger above, BigInteger below)
    {
        if (below.IsZero || Math.Max(above.GetBitLength(), below.GetBitLength()) > 2 * MaximumBits)
        {
            return null;
        }

        var common = BigInteger.GreatestCommonDivisor(above, below) * below.Sign;
        return new BigRational(above / common, below / common);
    }

    private static BigInteger? IntegerRoot(BigInteger value, int degree)
    {
        if (value.IsZero || value.IsOne)
        {
            return value;
        }

        // Newton from above; the start is a power of two that is no smaller than the root.
        var root = BigInteger.One << (int)((value.GetBitLength() + degree - 1) / degree);
        while (true)
        {
            var next = (((degree - 1) * root) + (value / BigInteger.Pow(root, degree - 1))) / degree;
            if (next >= root)
            {
                return BigInteger.Pow(root, degree) == value ? root : null;
            }

            root = next;
        }
    }
}
