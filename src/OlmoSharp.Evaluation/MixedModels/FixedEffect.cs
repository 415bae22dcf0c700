using System.Text.Json.Serialization;

namespace OlmoSharp.Evaluation.MixedModels;

/// <summary>The estimate of a fixed effect.</summary>
/// <param name="Name">What it is the effect of.</param>
/// <param name="Estimate">The estimate, in units of the response.</param>
/// <param name="StandardError">Its standard error.</param>
/// <param name="DegreesOfFreedom">Satterthwaite's approximation.</param>
public sealed record FixedEffect(string Name, double Estimate, double StandardError, double DegreesOfFreedom)
{
    /// <summary>The estimate in standard errors.</summary>
    public double T => Estimate / StandardError;

    /// <summary>The probability of so large an estimate, on either side, without any effect.</summary>
    public double P => Statistics.StudentT.TwoSidedTail(T, DegreesOfFreedom);

    /// <summary>Half the length of its 95 % confidence interval; not a number where there are no degrees of freedom.</summary>
    [JsonIgnore]
    public double Margin => DegreesOfFreedom > 0 ? StandardError * Statistics.StudentT.TwoSidedQuantile(0.95, DegreesOfFreedom) : double.NaN;
}
