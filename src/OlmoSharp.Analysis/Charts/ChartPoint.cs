namespace OlmoSharp.Analysis.Charts;

/// <summary>One measured point.</summary>
/// <param name="X">Position along the horizontal axis, such as the step.</param>
/// <param name="Y">The value; one that is not finite leaves a gap in the line.</param>
public readonly record struct ChartPoint(double X, double Y);
