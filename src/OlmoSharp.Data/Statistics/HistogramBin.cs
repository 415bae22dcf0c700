namespace OlmoSharp.Data.Statistics;

/// <summary>A bar of a histogram.</summary>
/// <param name="Low">Its lowest value, inclusive.</param>
/// <param name="High">Its highest value, exclusive; inclusive in the last bar.</param>
/// <param name="Count">How many values lie in it.</param>
public readonly record struct HistogramBin(double Low, double High, long Count);
