namespace OlmoSharp.Training.Optimization;

/// <summary>State of a <see cref="SpikeGuard"/>.</summary>
/// <param name="Skipped">Steps skipped.</param>
/// <param name="Losses">The window's losses, oldest first.</param>
/// <param name="GradientNorms">The window's gradient norms, oldest first.</param>
public sealed record SpikeGuardState(long Skipped, IReadOnlyList<double> Losses, IReadOnlyList<double> GradientNorms);
