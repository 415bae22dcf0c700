using System.Numerics;

namespace OlmoSharp.Evaluation.Metrics.Mathematics;

/// <summary>The value of an expression in rational numbers.</summary>
/// <param name="variables">The value of each variable.</param>
internal sealed class ExactEvaluation(Func<string, BigRational?> variables)
{
    private const int LargestFactorial = 2000;

    /// <summary>The value, or null if it is not rational, not defined or too large.</summary>
    public BigRational? Evaluate(MathExpression expression)
    {
        switch (expression)
        {
            case MathExpression.Number number:
                return number.Value;
            case MathExpression.Symbol symbol:
                return variables(symbol.Name);
            case MathExpression.Operation operation:
                var values = new BigRational[operation.Arguments.Count];
                for (var i = 0; i < values.Length; i++)
                {
                    if (Evaluate(operation.Arguments[i]) is not { } value)
                    {
                        return null;
                    }

                    values[i] = value;
                }

                return Apply(operation.Name, values);
            default:
                return null;
        }
    }

    private static BigRational? Apply(string name, BigRational[] values) => (name, values) switch
    {
        ("+", [var a, var b]) => BigRational.Add(a, b),
        ("*", [var a, var b]) => BigRational.Multiply(a, b),
        ("/", [var a, var b]) => BigRational.Divide(a, b),
        ("neg", [var a]) => -a,
        ("^", [var a, { IsInteger: true } b]) => BigRational.Power(a, b),
        ("root", [var a, { IsInteger: true } b]) when b.Numerator >= 2 && b.Numerator <= 64 => BigRational.Root(a, (int)b.Numerator),
        ("abs", [var a]) => a.Numerator.Sign < 0 ? -a : a,
        ("floor", [var a]) => BigRational.Of(Floor(a)),
        ("ceil", [var a]) => BigRational.Of(-Floor(-a)),
        ("!", [{ IsInteger: true } a]) when a.Numerator.Sign >= 0 && a.Numerator <= LargestFactorial => BigRational.Of(Product(1, (int)a.Numerator)),
        ("binom", [{ IsInteger: true } a, { IsInteger: true } b]) when a.Numerator <= LargestFactorial && b.Numerator.Sign >= 0 && b.Numerator <= a.Numerator =>
            BigRational.Of(Product((int)(a.Numerator - b.Numerator) + 1, (int)a.Numerator) / Product(1, (int)b.Numerator)),
        _ => null,
    };

    private static BigInteger Floor(BigRational value)
    {
        var quotient = BigInteger.DivRem(value.Numerator, value.Denominator, out var rest);
        return rest.Sign < 0 ? quotient - 1 : quotient;
    }

    private static BigInteger Product(int first, int last)
    {
        var product = BigInteger.One;
        for (var factor = first; factor <= last; factor++)
        {
            product *= factor;
        }

        return product;
    }
}
