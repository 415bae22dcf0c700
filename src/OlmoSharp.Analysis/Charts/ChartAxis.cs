namespace OlmoSharp.Analysis.Charts;

/// <summary>One axis of a chart.</summary>
/// <param name="Title">What it measures, with its unit.</param>
/// <param name="IsLogarithmic">True for equal distances for equal ratios; values that are not positive are then left out and counted.</param>
public sealed record ChartAxis(string Title, bool IsLogarithmic = false);
