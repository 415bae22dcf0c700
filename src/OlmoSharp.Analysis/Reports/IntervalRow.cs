namespace OlmoSharp.Analysis.Reports;

/// <summary>An estimate of an <see cref="IntervalPlot"/>.</summary>
/// <param name="Name">What is estimated.</param>
/// <param name="Estimate">The estimate.</param>
/// <param name="Low">The lower end of its interval.</param>
/// <param name="High">The upper end.</param>
public sealed record IntervalRow(string Name, double Estimate, double Low, double High);
