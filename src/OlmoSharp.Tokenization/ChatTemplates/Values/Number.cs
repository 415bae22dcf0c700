using System.Globalization;
using System.Numerics;
using OlmoSharp.Tokenization.ChatTemplates.Running;

namespace OlmoSharp.Tokenization.ChatTemplates.Values;

/// <summary>Python's numbers: whole ones of any size (within a bound), real ones, and truth values, which count as 0 and 1.</summary>
internal static class Number
{
    private const int MostBits = 1 << 14;
    private const long Exact = 1L << 53;

    /// <summary>Whether a value is a number or a truth value.</summary>
    public static bool Is(object? value) => value is BigInteger or double or bool;

    /// <summary>Whether a value counts as a whole number.</summary>
    public static bool IsWhole(object? value) => value is BigInteger or bool;

    /// <summary>A whole number as such.</summary>
    public static BigInteger ToWhole(object? value) => value is BigInteger whole ? whole : (bool)value! ? BigInteger.One : BigInteger.Zero;

    /// <summary>A number as a real one.</summary>
    public static double ToDouble(object? value) => value is double real ? real : Nearest(ToWhole(value));

    /// <summary>Which of two numbers is larger; a NaN is unequal to everything and gives 2.</summary>
    public static int Compare(object? left, object? right)
    {
        if (IsWhole(left) && IsWhole(right))
        {
            return ToWhole(left).CompareTo(ToWhole(right));
        }

        var (a, b) = (ToDouble(left), ToDouble(right));
        return double.IsNaN(a) || double.IsNaN(b) ? 2
            : left is double && right is double || double.IsInfinity(a) || double.IsInfinity(b) ? a.CompareTo(b)
            // A whole number beyond 53 bits is compared exactly.
            : left is double ? -CompareExactly(ToWhole(right), a) : CompareExactly(ToWhole(left), b);
    }

    /// <summary>Computes with two numbers.</summary>
    /// <exception cref="TemplateFault">Division by zero, or the result is too large.</exception>
    public static object Compute(string operation, object? left, object? right)
    {
        if (operation == "/" && IsWhole(left) && IsWhole(right) && (BigInteger.Abs(ToWhole(left)) > Exact || BigInteger.Abs(ToWhole(right)) > Exact))
        {
            return Quotient(ToWhole(left), ToWhole(right));
        }

        if (!IsWhole(left) || !IsWhole(right) || operation == "/")
        {
            return Real(operation, ToDouble(left), ToDouble(right));
        }

        var (a, b) = (ToWhole(left), ToWhole(right));
        switch (operation)
        {
            case "+":
                return Bounded(a + b);
            case "-":
                return Bounded(a - b);
            case "*":
                return Bounded(a * b);
            case "//":
                return FloorDivide(a, b);
            case "%":
                return a - FloorDivide(a, b) * b;
            default:
                return b < 0 ? Real(operation, (double)a, (double)b) : Power(a, b);
        }
    }

    private static object Real(string operation, double a, double b)
    {
        if (b == 0 && operation is ("/" or "//" or "%"))
        {
            throw new TemplateFault("division by zero");
        }

        switch (operation)
        {
            case "+":
                return a + b;
            case "-":
                return a - b;
            case "*":
                return a * b;
            case "/":
                return a / b;
            case "//":
                return FloorRemainder(a, b).Quotient;
            case "%":
                return FloorRemainder(a, b).Remainder;
            default:
                return a == 0 && b < 0 ? throw new TemplateFault("0.0 cannot be raised to a negative power")
                    : a < 0 && b != Math.Floor(b) ? throw new TemplateFault("complex numbers are not supported")
                    : double.IsInfinity(Math.Pow(a, b)) && double.IsFinite(a) && double.IsFinite(b) ? throw new TemplateFault("a number is too large")
                    : Math.Pow(a, b);
        }
    }

    private static int CompareExactly(BigInteger whole, double real)
    {
        var floor = new BigInteger(Math.Floor(real));
        return whole != floor ? whole.CompareTo(floor) : real > Math.Floor(real) ? -1 : 0;
    }

    /// <summary>The nearest real number; .NET's own conversion cuts off.</summary>
    private static double Nearest(BigInteger whole) => BigInteger.Abs(whole) <= Exact ? (double)whole
        : double.Parse(whole.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) is var real && double.IsFinite(real) ? real
        : throw new TemplateFault("a number is too large");

    /// <summary>Rounded once, as Python's: enough digits, and one more that says whether anything was cut off.</summary>
    private static double Quotient(BigInteger a, BigInteger b)
    {
        if (b.IsZero)
        {
            throw new TemplateFault("division by zero");
        }

        var digits = Math.Max(40, 40 + (int)((b.GetBitLength() - (double)a.GetBitLength()) * 0.302));
        var quotient = BigInteger.DivRem(BigInteger.Abs(a) * BigInteger.Pow(10, digits), BigInteger.Abs(b), out var rest);
        var real = double.Parse($"{quotient}{(rest.IsZero ? 0 : 1)}E-{digits + 1}", CultureInfo.InvariantCulture);
        return !double.IsFinite(real) ? throw new TemplateFault("a number is too large") : a.Sign * b.Sign < 0 ? -real : real;
    }

    private static BigInteger FloorDivide(BigInteger a, BigInteger b)
    {
        if (b.IsZero)
        {
            throw new TemplateFault("division by zero");
        }

        var quotient = BigInteger.DivRem(a, b, out var rest);
        return !rest.IsZero && rest.Sign != b.Sign ? quotient - 1 : quotient;
    }

    private static (double Quotient, double Remainder) FloorRemainder(double a, double b)
    {
        // Python's own definition of divmod for floats.
        var remainder = a % b;
        var quotient = (a - remainder) / b;
        if (remainder != 0)
        {
            if (b < 0 != remainder < 0)
            {
                remainder += b;
                quotient -= 1;
            }
        }
        else
        {
            remainder = Math.CopySign(0, b);
        }

        if (quotient == 0)
        {
            return (Math.CopySign(0, a / b), remainder);
        }

        var floor = Math.Floor(quotient);
        return (quotient - floor > 0.5 ? floor + 1 : floor, remainder);
    }

    private static BigInteger Power(BigInteger a, BigInteger b)
    {
        var bits = a.IsZero || a.IsOne || a == BigInteger.MinusOne ? 1 : b > MostBits ? long.MaxValue : (long)BigInteger.Abs(a).GetBitLength() * (long)b;
        return bits > MostBits ? throw new TemplateFault("a number is too large")
            : bits == 1 && b > 1 ? (a == BigInteger.MinusOne && b.IsEven ? BigInteger.One : a)
            : BigInteger.Pow(a, (int)b);
    }

    private static BigInteger Bounded(BigInteger value) => value.GetBitLength() <= MostBits ? value : throw new TemplateFault("a number is too large");
}
