using MathNet.Numerics;
using Distribution = MathNet.Numerics.Distributions.StudentT;

namespace OlmoSharp.Evaluation.Statistics;

/// <summary>Student's t distribution, as tests and intervals need it.</summary>
internal static class StudentT
{
    /// <summary>The t that lies within ±t with the given probability.</summary>
    /// <param name="level">The probability, above 0 and below 1.</param>
    /// <param name="degrees">Degrees of freedom, above 0.</param>
    /// <exception cref="EvaluationException">The probability is not one.</exception>
    public static double TwoSidedQuantile(double level, double degrees)
    {
        if (!(level > 0 && level < 1))
        {
            throw new EvaluationException($"a confidence level lies between 0 and 1, not at {level}");
        }

        // The library's quantile stops at about 1e-8, so the last digits come from Newton's steps on the distribution function.
        var t = Distribution.InvCDF(0, 1, degrees, 0.5 + (level / 2));
        for (var i = 0; i < 3; i++)
        {
            t += (TwoSidedTail(t, degrees) - (1 - level)) / (2 * Distribution.PDF(0, 1, degrees, t));
        }

        return t;
    }

    /// <summary>The probability of a t at least as far from 0: I_{ν/(ν+t²)}(ν/2, 1/2).</summary>
    public static double TwoSidedTail(double t, double degrees) =>
        double.IsNaN(t) || double.IsNaN(degrees) ? double.NaN : double.IsInfinity(t) ? 0 : SpecialFunctions.BetaRegularized(degrees / 2, 0.5, degrees / (degrees + (t * t)));
}
