namespace OlmoSharp.Inference.Sampling;

/// <summary>A token and how probable the model found it.</summary>
/// <param name="Id">The token.</param>
/// <param name="LogProbability">Natural logarithm of its probability, before everything that <see cref="SamplingOptions"/> changes; −∞ for 0.</param>
public readonly record struct TokenLogProbability(int Id, double LogProbability);
