namespace OlmoSharp.Evaluation.MixedModels;

/// <summary>A linear mixed-effects model that was fitted.</summary>
/// <param name="Observations">How many observations there are.</param>
/// <param name="Fixed">The fixed effects, in the order of the design.</param>
/// <param name="Random">The random effects.</param>
/// <param name="Residual">The standard deviation of what is left.</param>
/// <param name="Criterion">The REML criterion: −2 times the restricted log-likelihood.</param>
public sealed record MixedModelFit(int Observations, IReadOnlyList<FixedEffect> Fixed, IReadOnlyList<RandomEffect> Random, double Residual, double Criterion);
