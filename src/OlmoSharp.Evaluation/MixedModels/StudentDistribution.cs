namespace OlmoSharp.Evaluation.MixedModels;

/// <summary>Student's t distribution.</summary>
internal static class StudentDistribution
{
    /// <summary>The probability of being at least as far from 0 as t, on either side.</summary>
    /// <param name="t">The value.</param>
    /// <param name="degrees">Degrees of freedom, not necessarily whole.</param>
    public static double TwoSided(double t, double degrees) =>
        double.IsNaN(t) || double.IsNaN(degrees) ? double.NaN : IncompleteBeta(degrees / 2, 0.5, degrees / (degrees + t * t));

    /// <summary>The regularized incomplete beta function, by its continued fraction (Abramowitz and Stegun 26.5.8).</summary>
    private static double IncompleteBeta(double a, double b, double x)
    {
        if (x is <= 0 or >= 1)
        {
            return x <= 0 ? 0 : 1;
        }

        var front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + a * Math.Log(x) + b * Math.Log(1 - x));
        return x < (a + 1) / (a + b + 2) ? front * Fraction(a, b, x) / a : 1 - front * Fraction(b, a, 1 - x) / b;
    }

    private static double Fraction(double a, double b, double x)
    {
        const double tiny = 1e-300, precision = 1e-15;
        var c = 1.0;
        var d = 1 / Away(1 - (a + b) * x / (a + 1));
        var value = d;
        for (var m = 1; m < 10_000; m++)
        {
            Step(m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)));
            var before = value;
            Step(-(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)));
            if (Math.Abs(value - before) <= precision * Math.Abs(value))
            {
                break;
            }
        }

        return value;

        void Step(double coefficient)
        {
            d = 1 / Away(1 + coefficient * d);
            c = Away(1 + coefficient / c);
            value *= c * d;
        }

        static double Away(double number) => Math.Abs(number) < tiny ? tiny : number;
    }

    /// <summary>The logarithm of the gamma function of a positive number: Stirling's series after a shift.</summary>
    private static double LogGamma(double x)
    {
        var shift = 0.0;
        for (; x < 15; x++)
        {
            shift += Math.Log(x);
        }

        var square = x * x;
        return (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI) + (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / (1680 * square)) / square) / square) / x - shift;
    }
}
