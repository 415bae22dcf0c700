namespace OlmoSharp.Analysis.Metrics;

/// <summary>A metric's value at a step.</summary>
/// <param name="Step">The optimizer step.</param>
/// <param name="Tokens">Tokens trained on until then; null where the line does not say.</param>
/// <param name="Value">The value, as written; it may be infinite or not a number.</param>
public readonly record struct MetricPoint(long Step, long? Tokens, double Value);
