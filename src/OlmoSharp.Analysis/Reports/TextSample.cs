namespace OlmoSharp.Analysis.Reports;

/// <summary>A text that a model wrote.</summary>
/// <param name="Label">Which model, and how it was asked.</param>
/// <param name="Prompt">What it was given.</param>
/// <param name="Continuation">What it wrote; control characters are made visible.</param>
public sealed record TextSample(string Label, string Prompt, string Continuation) : ReportBlock;
