using System.Numerics;
using MathNet.Numerics;

namespace OlmoSharp.Evaluation.Metrics.Mathematics;

/// <summary>The value of an expression in complex numbers of double precision.</summary>
/// <param name="variables">The value of each variable.</param>
internal sealed class NumericEvaluation(Func<string, Complex> variables)
{
    /// <summary>The largest size of a term that was added, from which rounding errors come.</summary>
    public double LargestTerm { get; private set; }

    /// <summary>The value; not a number where it is not defined.</summary>
    public Complex Evaluate(MathExpression expression) => expression switch
    {
        MathExpression.Number number => number.Value.ToDouble(),
        MathExpression.Symbol symbol => variables(symbol.Name),
        MathExpression.Operation operation => Apply(operation.Name, [.. operation.Arguments.Select(Evaluate)]),
        _ => new Complex(double.NaN, double.NaN),
    };

    private Complex Apply(string name, Complex[] values)
    {
        var a = values[0];
        switch (name)
        {
            case "+":
                LargestTerm = Math.Max(LargestTerm, Math.Max(a.Magnitude, values[1].Magnitude));
                return a + values[1];
            case "*":
                return a * values[1];
            case "/":
                return a / values[1];
            case "neg":
                return -a;
            case "^":
                return Power(a, values[1]);
            case "root":
                // As SymPy's default: the principal root, so that the cube root of −8 is not −2.
                return Power(a, 1 / values[1]);
            case "abs":
                return a.Magnitude;
            case "floor":
                return Math.Floor(a.Real);
            case "ceil":
                return Math.Ceiling(a.Real);
            case "!":
                return a.Imaginary == 0 && a.Real > -1 ? SpecialFunctions.Gamma(a.Real + 1) : double.NaN;
            case "log":
                return Complex.Log(a) / Complex.Log(values[1]);
            case "ln":
                return Complex.Log(a);
            case "exp":
                return Complex.Exp(a);
            default:
                return Function(name, a);
        }
    }

    private static Complex Function(string name, Complex a) => name switch
    {
        "sin" => Complex.Sin(a),
        "cos" => Complex.Cos(a),
        "tan" => Complex.Tan(a),
        "cot" => 1 / Complex.Tan(a),
        "sec" => 1 / Complex.Cos(a),
        "csc" => 1 / Complex.Sin(a),
        "arcsin" => Complex.Asin(a),
        "arccos" => Complex.Acos(a),
        "arctan" => Complex.Atan(a),
        "sinh" => Complex.Sinh(a),
        "cosh" => Complex.Cosh(a),
        "tanh" => Complex.Tanh(a),
        _ => new Complex(double.NaN, double.NaN),
    };

    // Integer powers by multiplication: Complex.Pow would leave an imaginary part behind.
    private static Complex Power(Complex value, Complex exponent)
    {
        if (exponent.Imaginary == 0 && exponent.Real == Math.Floor(exponent.Real) && Math.Abs(exponent.Real) <= 64)
        {
            var power = Complex.One;
            for (var i = 0; i < Math.Abs(exponent.Real); i++)
            {
                power *= value;
            }

            return exponent.Real < 0 ? 1 / power : power;
        }

        if (value.Imaginary == 0 && value.Real >= 0 && exponent.Imaginary == 0)
        {
            return Math.Pow(value.Real, exponent.Real);
        }

        return exponent == 0.5 ? Complex.Sqrt(value) : Complex.Pow(value, exponent);
    }
}
