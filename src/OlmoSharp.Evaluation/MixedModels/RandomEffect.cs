namespace OlmoSharp.Evaluation.MixedModels;

/// <summary>The estimate of a random effect.</summary>
/// <param name="Name">What it is the effect of.</param>
/// <param name="Levels">How many different ones there are.</param>
/// <param name="StandardDeviation">The standard deviation of the effect between them, in units of the response; 0 where the data show none.</param>
public sealed record RandomEffect(string Name, int Levels, double StandardDeviation);
